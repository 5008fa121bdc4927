-- Settings of users as events gave them. A user who is gone stays as a mark, so that what comes late finds nobody.
CREATE TABLE reminders.person (
  user_id uuid PRIMARY KEY,
  time_zone text NOT NULL DEFAULT 'UTC',
  default_reminder_time text NOT NULL DEFAULT '09:00',
  settings_sequence bigint NOT NULL DEFAULT 0,
  is_gone boolean NOT NULL DEFAULT false
);
-- Tasks that have reminders: what is told when one fires, and whether the task is still open.
CREATE TABLE reminders.task (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  title text NOT NULL,
  is_open boolean NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX task_of_user ON reminders.task (user_id);
CREATE TABLE reminders.reminder (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  task_id uuid NOT NULL,
  -- The version of the task that the last event told of.
  sequence bigint NOT NULL,
  -- What the last event carried: instants are derived from it again and again.
  snapshot text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'idle', 'fired', 'passed', 'cancelled', 'erased')),
  fire_at timestamptz,
  -- The instant that it fired for last: for the same one it never fires again.
  fired_for timestamptz,
  changed_at timestamptz NOT NULL,
  traceparent text,
  tracestate text,
  -- The job that the sidecar has, as far as is known; and whether another one, or none, is wanted.
  job_at timestamptz,
  job_pending boolean NOT NULL DEFAULT false,
  job_not_before timestamptz NOT NULL DEFAULT '-infinity',
  job_attempts integer NOT NULL DEFAULT 0
);
CREATE INDEX reminder_due ON reminders.reminder (fire_at, id) WHERE state = 'waiting';
CREATE INDEX reminder_job ON reminders.reminder (job_not_before) WHERE job_pending;
CREATE INDEX reminder_of_user ON reminders.reminder (user_id);
CREATE INDEX reminder_done ON reminders.reminder (changed_at) WHERE state <> 'waiting' AND state <> 'idle';
