-- The body of an import on its way: it comes in parts, because sidecars pass on only so much at once.
CREATE TABLE tasks.import_part (
  user_id uuid NOT NULL,
  import_id uuid NOT NULL,
  number integer NOT NULL,
  content bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, import_id, number)
);
CREATE INDEX import_part_age ON tasks.import_part (created_at);
-- What was imported under which name of its origin: a second import of the same thing makes nothing.
CREATE TABLE tasks.imported (
  user_id uuid NOT NULL,
  entity text NOT NULL CHECK (entity IN ('task', 'template')),
  external_id text NOT NULL,
  entity_id uuid NOT NULL,
  PRIMARY KEY (user_id, entity, external_id)
);
ALTER TABLE tasks.import_part ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks.import_part FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.import_part
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
CREATE POLICY pruning ON tasks.import_part
  USING (current_setting('app.pruning', true) = 'on' AND created_at < now() - interval '1 hour')
  WITH CHECK (false);
ALTER TABLE tasks.imported ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks.imported FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.imported
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
