-- The answers of writes that came with an Idempotency-Key, written with the write itself.
CREATE TABLE tasks.idempotency (
  user_id uuid NOT NULL,
  key text NOT NULL,
  method text NOT NULL,
  path text NOT NULL,
  fingerprint text NOT NULL,
  created_at timestamptz NOT NULL,
  task_id uuid,
  status smallint,
  headers text,
  body text,
  PRIMARY KEY (user_id, key, method, path)
);
CREATE INDEX idempotency_age ON tasks.idempotency (created_at);
