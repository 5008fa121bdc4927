-- What lists are filtered and sorted by and no client sees: instants in the owner's zone, and texts as they compare.
ALTER TABLE tasks.task
  ADD COLUMN due_at timestamptz,
  ADD COLUMN start_at timestamptz,
  -- Lower case without accents. NULL marks a row of an older release, which is derived in the background.
  ADD COLUMN title_key text COLLATE "C",
  ADD COLUMN description_key text COLLATE "C",
  ADD COLUMN priority_rank smallint NOT NULL GENERATED ALWAYS AS (
    CASE priority WHEN 'urgent' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END
  ) STORED;
CREATE INDEX task_underived ON tasks.task (user_id, id) WHERE title_key IS NULL;
-- Everybody who has tasks is work for the background. No policy tells it by the tasks themselves: a policy more on this
-- table would be asked for every row of every read.
ALTER TABLE tasks.task NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tasks.user_settings NO FORCE ROW LEVEL SECURITY;
INSERT INTO tasks.user_settings (user_id, time_zone, week_start, version)
SELECT DISTINCT user_id, 'UTC', 'monday', 1 FROM tasks.task;
ALTER TABLE tasks.task FORCE ROW LEVEL SECURITY;
ALTER TABLE tasks.user_settings FORCE ROW LEVEL SECURITY;
-- One index for each order. Rows without a value come last both ways, so such columns have one for each direction.
CREATE INDEX task_by_due ON tasks.task (user_id, (coalesce(due_at, 'infinity'::timestamptz)), id)
  WHERE deleted_at IS NULL;
CREATE INDEX task_by_due_last ON tasks.task (user_id, (coalesce(due_at, '-infinity'::timestamptz)), id)
  WHERE deleted_at IS NULL;
CREATE INDEX task_by_completion ON tasks.task (user_id, (coalesce(completed_at, '-infinity'::timestamptz)), id)
  WHERE deleted_at IS NULL;
CREATE INDEX task_by_priority ON tasks.task (user_id, priority_rank, id) WHERE deleted_at IS NULL;
CREATE INDEX task_by_creation ON tasks.task (user_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX task_by_change ON tasks.task (user_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX task_by_title ON tasks.task (user_id, (coalesce(title_key, '')), id) WHERE deleted_at IS NULL;
