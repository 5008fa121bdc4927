CREATE TABLE tasks.saved_filter (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  name text NOT NULL,
  filter text NOT NULL,
  sort text,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (user_id, name)
);
ALTER TABLE tasks.saved_filter ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks.saved_filter FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.saved_filter
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
