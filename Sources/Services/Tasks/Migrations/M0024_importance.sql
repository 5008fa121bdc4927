-- What matters most and is due first: the order people ask for most, and the one whose first key has few values.
CREATE INDEX task_by_importance ON tasks.task
  (user_id, priority_rank DESC, (coalesce(due_at, 'infinity'::timestamptz)), id) WHERE deleted_at IS NULL;
