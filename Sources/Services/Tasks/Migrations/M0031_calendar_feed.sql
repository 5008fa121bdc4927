-- The secret address of a user's calendar; only its digest is kept.
CREATE TABLE tasks.calendar_feed (
  user_id uuid PRIMARY KEY,
  digest text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL
);
ALTER TABLE tasks.calendar_feed ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks.calendar_feed FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.calendar_feed
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
-- Whoever presents the secret sees whose it is, and nothing else.
CREATE POLICY presented ON tasks.calendar_feed FOR SELECT
  USING (digest = nullif(current_setting('app.calendar_digest', true), ''));
