-- What the owner of tasks has set, as the last event told it; who has no row is taken to live by UTC.
CREATE TABLE tasks.user_settings (
  user_id uuid PRIMARY KEY,
  time_zone text NOT NULL,
  week_start text NOT NULL,
  -- The sequence of the event. What is derived from the zone is up to date when the two are equal.
  version bigint NOT NULL,
  derived_version bigint NOT NULL DEFAULT 0,
  -- The last task that was derived anew for `version`.
  derived_through uuid
);
CREATE INDEX user_settings_pending ON tasks.user_settings (user_id) WHERE derived_version < version;
ALTER TABLE tasks.user_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks.user_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.user_settings
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
-- Deriving looks for work among all users, and sees only where there is some.
CREATE POLICY deriving ON tasks.user_settings FOR SELECT
  USING (current_setting('app.deriving', true) = 'on' AND derived_version < version);

-- Whoever writes what was derived from settings holds on to them until its commit, or learns that they have changed.
-- The lock is a number and no row, because most users have no row; a change of settings takes it alone.
CREATE FUNCTION tasks.require_settings(known bigint) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog AS $body$
DECLARE
  owner_id uuid := nullif(current_setting('app.user_id', true), '')::uuid;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('todo settings ' || owner_id, 0));
  IF coalesce((SELECT version FROM tasks.user_settings WHERE user_id = owner_id), 0) <> known THEN
    RAISE EXCEPTION 'the settings have changed' USING ERRCODE = 'TD001';
  END IF;
END
$body$;
