-- The transaction of POST /api/v1/tasks, with its one round trip: nothing in it waits for an answer of the database.
-- Ids are made of a counter, as pgbench has no other; they grow with time, as UUIDv7 does.
\set counter :counter + 1
\set number :counter * 1000 + :client_id
\startpipeline
BEGIN;
SELECT set_config(:setting, :user, true);
INSERT INTO tasks.task
  (id, user_id, title, description, priority, tags, list, due_kind, due_local, due_tz, status, version,
   created_at, updated_at, completed_at)
VALUES (lpad(:number::text, 32, '0')::uuid, :user, :title, :description, :priority,
  :tags, :list, :due_kind, :due_local, :due_tz,
  :status, :version, :at, :at, NULL);
INSERT INTO tasks.outbox
  (id, topic, type, subject, partition_key, sequence, user_id, actor, payload, traceparent, tracestate,
   created_at)
VALUES (lpad(:number::text, 32, '0')::uuid, :topic, :type, lpad(:number::text, 36, '0'), lpad(:number::text, 36, '0'),
  :version, :user, :actor, :payload,
  :traceparent, NULL, :at);
COMMIT;
\endpipeline
