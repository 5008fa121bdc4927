ALTER TABLE tasks.task ADD COLUMN deleted_at timestamptz;
-- One index for each list: what is there, what is there in one status, what is in the trash.
CREATE INDEX task_there ON tasks.task (user_id, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX task_there_by_status ON tasks.task (user_id, status, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX task_in_trash ON tasks.task (user_id, id DESC) WHERE deleted_at IS NOT NULL;
DROP INDEX tasks.task_of_user;
