-- A second policy for everybody would be looked at for every row of every read. Only whoever owns the table needs it:
-- the question whose trash is old is asked by a function in the owner's name.
DROP POLICY purging ON tasks.task;
CREATE POLICY purging ON tasks.task FOR SELECT TO CURRENT_USER
  USING (current_setting('app.pruning', true) = 'on' AND deleted_at < now() - interval '1 hour');

-- Whose trash holds something older: nothing but ids of users, and nothing without saying so.
CREATE FUNCTION tasks.users_with_trash(before timestamptz)
RETURNS TABLE (user_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $body$
  SELECT DISTINCT task.user_id FROM tasks.task
  WHERE task.deleted_at < before AND current_setting('app.pruning', true) = 'on'
$body$;
