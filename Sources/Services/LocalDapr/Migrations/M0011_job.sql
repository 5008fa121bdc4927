-- Planned jobs, what the scheduler of a real sidecar keeps in etcd.

-- tick_at is the time the schedule says; due_at is when the app is called for it, later than that only for
-- repeated attempts. A claim that has run out belongs to a process that died.
CREATE TABLE broker.job (
    app_id        text        NOT NULL,
    name          text        NOT NULL,
    -- The request as it was made, for whoever asks for the job.
    plan          jsonb       NOT NULL,
    data          bytea,
    -- Changes when the job is overwritten, so that an older call's end does not move the new one.
    revision      uuid        NOT NULL,
    tick_at       timestamptz NOT NULL,
    due_at        timestamptz NOT NULL,
    expires_at    timestamptz,
    fired         int         NOT NULL DEFAULT 0,
    attempts      int         NOT NULL DEFAULT 0,
    claimed_until timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (app_id, name)
);

CREATE INDEX job_due ON broker.job (app_id, due_at);
