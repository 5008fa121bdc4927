-- What GET /api/v1/tasks reads: a page of fifty, and one row more that tells whether there is a next page. Sent in one
-- packet without BEGIN, both statements are one transaction, and the setting ends with it.
\startpipeline
SELECT set_config(:setting, :user, true);
SELECT id, title, description, priority, tags, list, due_kind, due_local, due_tz, status, version, created_at,
  updated_at, completed_at, deleted_at FROM tasks.task WHERE user_id = :user AND deleted_at IS NULL
  ORDER BY id DESC LIMIT :limit;
\endpipeline
