CREATE TABLE recurring.person (
  user_id uuid PRIMARY KEY,
  time_zone text NOT NULL DEFAULT 'UTC',
  settings_sequence bigint NOT NULL DEFAULT 0
);
-- What was asked for and is not made yet; the row goes when the answer is there.
CREATE TABLE recurring.occurrence (
  series_id uuid NOT NULL,
  occurrence_key text NOT NULL,
  user_id uuid NOT NULL,
  request text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  reason text,
  not_before timestamptz NOT NULL,
  claimed_by uuid,
  claimed_until timestamptz NOT NULL DEFAULT '-infinity',
  created_at timestamptz NOT NULL,
  traceparent text,
  tracestate text,
  PRIMARY KEY (series_id, occurrence_key)
) WITH (fillfactor = 70);
CREATE INDEX occurrence_due ON recurring.occurrence (not_before);
CREATE INDEX occurrence_of_user ON recurring.occurrence (user_id);
