-- What tasks are made from, subtasks included; the tree is one JSON document, because nobody asks for parts of it.
CREATE TABLE tasks.template (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  name text NOT NULL,
  body text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX template_of_user ON tasks.template (user_id, id);
ALTER TABLE tasks.template ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks.template FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.template
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
