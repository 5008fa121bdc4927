-- Where a task stands among others: below a parent, and in an order that its owner chose.
ALTER TABLE tasks.task
  ADD COLUMN parent_id uuid,
  ADD COLUMN position text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN start_kind text,
  ADD COLUMN start_local text,
  ADD COLUMN start_tz text,
  ADD COLUMN template_id uuid;
-- The policy holds for the owner too; what is done here is done to everybody's rows.
ALTER TABLE tasks.task NO FORCE ROW LEVEL SECURITY;
-- The order so far was that of creation, which the first twelve digits of an id tell.
UPDATE tasks.task SET position = replace(left(id::text, 13), '-', '') || right(id::text, 4) || 'V';
ALTER TABLE tasks.task FORCE ROW LEVEL SECURITY;
CREATE INDEX task_child ON tasks.task (user_id, parent_id, status) WHERE parent_id IS NOT NULL;
CREATE INDEX task_order ON tasks.task (user_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX task_of_list ON tasks.task (user_id, list) WHERE list IS NOT NULL;
-- For emptying the trash by age, which acts for nobody and has to say so.
CREATE INDEX task_trash_age ON tasks.task (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE POLICY purging ON tasks.task FOR SELECT
  USING (current_setting('app.pruning', true) = 'on' AND deleted_at < now() - interval '1 hour');
