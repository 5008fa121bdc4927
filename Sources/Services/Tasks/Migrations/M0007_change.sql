-- What was done to a user's things, counted for each user without gaps: history, undo and the feed of changes.
CREATE TABLE tasks.change_counter (
  user_id uuid PRIMARY KEY,
  last bigint NOT NULL
) WITH (fillfactor = 50);
CREATE TABLE tasks.change (
  user_id uuid NOT NULL,
  number bigint NOT NULL,
  operation uuid NOT NULL,
  entity text NOT NULL CHECK (entity IN ('task', 'list', 'template')),
  entity_id uuid NOT NULL,
  type text NOT NULL,
  version bigint NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL,
  trace_id text,
  -- Holds what people wrote, and is therefore never anywhere else.
  diff text NOT NULL,
  PRIMARY KEY (user_id, number)
);
CREATE INDEX change_of_entity ON tasks.change (user_id, entity_id, number);
CREATE INDEX change_of_operation ON tasks.change (user_id, operation);
-- Rows come in the order of time, so that the smallest of indexes finds the old ones.
CREATE INDEX change_age ON tasks.change USING brin (at) WITH (pages_per_range = 16, autosummarize = on);
-- Undo tokens that were used.
CREATE TABLE tasks.undone (
  user_id uuid NOT NULL,
  operation uuid NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (user_id, operation)
);
CREATE INDEX undone_age ON tasks.undone (at);

ALTER TABLE tasks.change_counter ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks.change_counter FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.change_counter
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
ALTER TABLE tasks.change ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks.change FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.change
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
CREATE POLICY pruning ON tasks.change
  USING (current_setting('app.pruning', true) = 'on' AND at < now() - interval '24 hours') WITH CHECK (false);
ALTER TABLE tasks.undone ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks.undone FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.undone
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
CREATE POLICY pruning ON tasks.undone
  USING (current_setting('app.pruning', true) = 'on' AND at < now() - interval '24 hours') WITH CHECK (false);
