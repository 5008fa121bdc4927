-- A task that left the trash or went there together with another change was looked for in vain, or found in the trash.
-- The policy holds for the owner too; what is done here is done to everybody's rows.
ALTER TABLE tasks.task NO FORCE ROW LEVEL SECURITY;
UPDATE tasks.search_document AS kept SET is_there = task.deleted_at IS NULL FROM tasks.task
WHERE task.id = kept.task_id AND kept.is_there <> (task.deleted_at IS NULL);
ALTER TABLE tasks.task FORCE ROW LEVEL SECURITY;
