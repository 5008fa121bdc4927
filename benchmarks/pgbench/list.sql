-- What GET /api/v1/tasks reads: a page of fifty, and one row more that tells whether there is a next page. Sent in one
-- packet without BEGIN, the statements are one transaction, and the settings end with it.
\startpipeline
SELECT set_config(:setting, :user, true);
SELECT set_config(:planning, :off, true);
SELECT id, title, description, priority, tags, list, due_kind, due_local, due_tz, status, version, created_at,
  updated_at, completed_at, deleted_at, start_kind, start_local, start_tz, parent_id, position, template_id,
  reminders, recurrence,
  (SELECT ARRAY[count(*), count(*) FILTER (WHERE part.status = 'completed')] FROM tasks.task AS part
   WHERE part.user_id = task.user_id AND part.parent_id = task.id AND part.deleted_at IS NULL) AS subtasks
  FROM tasks.task WHERE user_id = :user AND deleted_at IS NULL
  ORDER BY id DESC LIMIT :limit;
\endpipeline
