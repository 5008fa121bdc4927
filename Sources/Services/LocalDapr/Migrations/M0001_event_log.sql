-- The durable log of the local stand-in: what a Kafka broker would hold.

-- One row per partition. Its row lock is what makes offsets gapless and visible in order:
-- a later append to the same partition waits until the earlier one has committed.
CREATE TABLE broker.partition (
    topic       text   NOT NULL,
    number      int    NOT NULL,
    next_offset bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (topic, number)
);

CREATE TABLE broker.record (
    topic       text        NOT NULL,
    partition   int         NOT NULL,
    log_offset  bigint      NOT NULL,
    record_key  text,
    metadata    jsonb       NOT NULL DEFAULT '{}',
    body        bytea       NOT NULL,
    appended_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, log_offset)
);

-- Only the retention sweep looks by age.
CREATE INDEX record_age ON broker.record (appended_at);

-- next_offset is the first offset the group has not finished.
CREATE TABLE broker.group_position (
    consumer_group text   NOT NULL,
    topic          text   NOT NULL,
    partition      int    NOT NULL,
    next_offset    bigint NOT NULL,
    PRIMARY KEY (consumer_group, topic, partition)
);
