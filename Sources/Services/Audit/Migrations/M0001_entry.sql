CREATE TABLE audit.entry (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id text NOT NULL,
  source text NOT NULL,
  topic text NOT NULL,
  type text NOT NULL,
  subject text,
  user_id text,
  actor text,
  sequence bigint,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (event_id, source)
);
CREATE INDEX entry_of_user ON audit.entry (user_id, position DESC);
CREATE INDEX entry_of_subject ON audit.entry (user_id, subject, position DESC);
