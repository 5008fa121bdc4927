-- Lists as things of their own. Tasks keep the name: it is what they show, and what filters ask for.
CREATE TABLE tasks.list (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  name text NOT NULL,
  position text COLLATE "C" NOT NULL,
  archived_at timestamptz,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (user_id, name)
);
ALTER TABLE tasks.task NO FORCE ROW LEVEL SECURITY;
INSERT INTO tasks.list (id, user_id, name, position, version, created_at, updated_at)
SELECT gen_random_uuid(), user_id, list,
  replace(left(min(id::text), 13), '-', '') || right(min(id::text), 4) || 'V', 1, min(created_at), min(created_at)
FROM tasks.task WHERE list IS NOT NULL GROUP BY user_id, list;
ALTER TABLE tasks.task FORCE ROW LEVEL SECURITY;
ALTER TABLE tasks.list ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks.list FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.list
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
