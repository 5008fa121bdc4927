-- The transaction of POST /api/v1/tasks, with its one round trip: nothing in it waits for an answer of the database.
-- Ids are made of a counter, as pgbench has no other; they grow with time, as UUIDv7 does. Each client is a user.
\set counter :counter + 1
\set number :counter * 1000 + :client_id
\set person :client_id + 1
\startpipeline
BEGIN;
SELECT set_config(:setting, lpad(:person::text, 32, '0'), true);
INSERT INTO tasks.list (id, user_id, name, position, version, created_at, updated_at)
VALUES (lpad(:number::text, 32, '0')::uuid, lpad(:person::text, 32, '0')::uuid, :list, :position, 1, :at, :at)
ON CONFLICT (user_id, name) DO NOTHING;
SELECT 1 FROM tasks.list WHERE user_id = lpad(:person::text, 32, '0')::uuid AND name = :list FOR KEY SHARE;
INSERT INTO tasks.task
  (id, user_id, title, description, priority, tags, list, due_kind, due_local, due_tz, status, version,
   created_at, updated_at, completed_at, deleted_at, start_kind, start_local, start_tz, parent_id, position,
   template_id, reminders, recurrence, series_id, occurrence_key, previous_id, due_at, start_at, title_key,
   description_key)
VALUES (lpad(:number::text, 32, '0')::uuid, lpad(:person::text, 32, '0')::uuid, :title, :description, :priority,
  :tags, :list, :due_kind, :due_local, :due_tz,
  :status, :version, :at, :at, NULL, NULL,
  NULL, NULL, NULL, NULL,
  :position, NULL, NULL, NULL, NULL, NULL, NULL, :due_at, NULL, :title,
  :description);
INSERT INTO tasks.search_document (task_id, user_id, is_there, document)
SELECT lpad(:number::text, 32, '0')::uuid, lpad(:person::text, 32, '0')::uuid, :there, :document
FROM (SELECT pg_advisory_xact_lock_shared(hashtextextended('todo words ' || lpad(:person::text, 32, '0')::uuid, 0))) AS turn
ON CONFLICT (task_id) DO UPDATE SET is_there = excluded.is_there, document = excluded.document;
INSERT INTO tasks.search_word (user_id, word, reversed)
SELECT lpad(:person::text, 32, '0')::uuid, new.word, new.reversed
FROM unnest(:words::text[], :reversed::text[]) AS new (word, reversed)
WHERE NOT EXISTS (SELECT FROM tasks.search_word AS known
  WHERE known.user_id = lpad(:person::text, 32, '0')::uuid AND known.word = new.word COLLATE "C");
INSERT INTO tasks.outbox
  (id, topic, type, subject, partition_key, sequence, user_id, actor, payload, traceparent, tracestate,
   created_at)
VALUES (lpad(:number::text, 32, '0')::uuid, :topic, :type, lpad(:number::text, 36, '0'), lpad(:number::text, 36, '0'),
  :version, lpad(:person::text, 36, '0'), :actor, :payload,
  :traceparent, NULL, :at);
WITH counted AS (
  INSERT INTO tasks.change_counter AS counter (user_id, last) VALUES (lpad(:person::text, 32, '0')::uuid, :version)
  ON CONFLICT (user_id) DO UPDATE SET last = counter.last + excluded.last RETURNING last)
INSERT INTO tasks.change
  (user_id, number, operation, entity, entity_id, type, version, actor, at, trace_id, diff)
SELECT lpad(:person::text, 32, '0')::uuid, counted.last - :version::bigint + made.place, lpad(:number::text, 32, '0')::uuid,
  made.entity, made.id, made.type, made.version, :actor, :at, :trace, made.diff
FROM counted, unnest(:entities::text[], ARRAY[lpad(:number::text, 32, '0')::uuid], :types::text[], :versions::bigint[],
  :diffs::text[]) WITH ORDINALITY AS made (entity, id, type, version, diff, place);
INSERT INTO tasks.outbox
  (id, topic, type, subject, partition_key, sequence, user_id, actor, payload, traceparent, tracestate,
   created_at)
VALUES (lpad((:number + 500)::text, 32, '0')::uuid, :updates, :recorded, lpad(:person::text, 36, '0'), lpad(:person::text, 36, '0'),
  (SELECT last FROM tasks.change_counter WHERE user_id = lpad(:person::text, 32, '0')::uuid) - :none::bigint,
  lpad(:person::text, 36, '0'), :actor,
  '{"change":'::text || ((SELECT last FROM tasks.change_counter WHERE user_id = lpad(:person::text, 32, '0')::uuid) - :none::bigint)::text || ',' || :rest::text,
  :traceparent, NULL, :at);
COMMIT;
\endpipeline
