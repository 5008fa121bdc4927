-- The index that lists walk anyway also carries the titles: which of a user's tasks hold a text is read from it alone.
-- Any part of a title is looked for, which no index of words answers, and by row-level security no other may.
DROP INDEX tasks.task_there;
CREATE INDEX task_there ON tasks.task (user_id, id DESC) INCLUDE (title_key) WHERE deleted_at IS NULL;
