CREATE TABLE tasks.task (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  title text NOT NULL,
  description text,
  priority text NOT NULL,
  tags text[] NOT NULL,
  list text,
  due_kind text,
  due_local text,
  due_tz text,
  status text NOT NULL CHECK (status IN ('open', 'completed')),
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  completed_at timestamptz,
  CHECK ((status = 'completed') = (completed_at IS NOT NULL))
);
-- Ids are UUIDv7, so that this order is that of creation.
CREATE INDEX task_of_user ON tasks.task (user_id, id DESC);
