-- Fills the tasks of one user and of many others: psql -v user=UUID -v tasks=100000 -v users=1000 -f seed-tasks.sql URL
-- As the owner of the schema or a superuser. The same numbers give the same texts, days and priorities every time.
BEGIN;
ALTER TABLE tasks.task NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tasks.search_word NO FORCE ROW LEVEL SECURITY;
CREATE TEMP TABLE seed_owner ON COMMIT DROP AS
SELECT :'user'::uuid AS id, :tasks AS tasks UNION ALL
SELECT md5('user ' || n)::uuid, 20 FROM generate_series(1, :users) AS n;
CREATE TEMP TABLE seed_task ON COMMIT DROP AS
SELECT md5(owner.id || ' ' || n)::uuid AS id, owner.id AS user_id, n,
  (hashint8(n::bigint * 7919) & 1048575) % 2000 AS one, (hashint8(n::bigint * 104729) & 1048575) % 300 AS two,
  '2026-01-01Z'::timestamptz + n * interval '5 minutes' AS at
FROM seed_owner AS owner CROSS JOIN LATERAL generate_series(1, owner.tasks) AS n;
INSERT INTO tasks.task (id, user_id, title, title_key, priority, tags, list, status, version, created_at, updated_at,
  completed_at, due_kind, due_local, due_at, position)
SELECT id, user_id, format('Review topic%s with group%s', one, two), format('review topic%s with group%s', one, two),
  (ARRAY['none', 'low', 'medium', 'high', 'urgent'])[1 + one % 5], ARRAY['tag' || two % 50], 'list' || one % 20,
  CASE WHEN n % 3 = 0 THEN 'completed' ELSE 'open' END, 1, at, at, CASE WHEN n % 3 = 0 THEN at END,
  CASE WHEN n % 4 > 0 THEN 'date' END,
  CASE WHEN n % 4 > 0 THEN to_char('2026-06-01'::date + one % 365, 'YYYY-MM-DD') END,
  CASE WHEN n % 4 > 0 THEN '2026-06-01Z'::timestamptz + (one % 365) * interval '1 day' END, lpad(n::text, 9, '0')
FROM seed_task;
INSERT INTO tasks.search_document (task_id, user_id, is_there, document)
SELECT id, user_id, true, format('%1$sreview:1A %1$stopic%2$s:2A %1$swith:3A %1$sgroup%3$s:4A',
  right(user_id::text, 12), one, two)::tsvector FROM seed_task;
INSERT INTO tasks.search_word (user_id, word, reversed)
SELECT DISTINCT user_id, word, reverse(word) FROM seed_task
CROSS JOIN LATERAL (VALUES ('review'), ('with'), ('topic' || one), ('group' || two)) AS words (word);
ALTER TABLE tasks.task FORCE ROW LEVEL SECURITY;
ALTER TABLE tasks.search_word FORCE ROW LEVEL SECURITY;
COMMIT;
ANALYZE tasks.task;
ANALYZE tasks.search_document;
ANALYZE tasks.search_word;
VACUUM tasks.task, tasks.search_document;
