-- The words of tasks, for search. Row-level security is not forced here, on purpose: the owner is exempt, so that
-- the function below, which runs as the owner, can use the index; every login that serves is still held by the
-- policy. Only words are in it, each behind a mark of its user: in the index a user's words lie together.
CREATE TABLE tasks.search_document (
  task_id uuid PRIMARY KEY REFERENCES tasks.task (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  is_there boolean NOT NULL,
  document tsvector NOT NULL
);
CREATE INDEX search_document_words ON tasks.search_document USING gin (document);
ALTER TABLE tasks.search_document ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.search_document
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);

-- Which words a user has, forwards and backwards: a word with one mistake has one half intact. No key: writers of
-- the same word would wait for each other, and a word that is there twice does no harm.
CREATE TABLE tasks.search_word (
  user_id uuid NOT NULL,
  word text COLLATE "C" NOT NULL,
  reversed text COLLATE "C" NOT NULL
);
CREATE INDEX search_word_forwards ON tasks.search_word (user_id, word);
CREATE INDEX search_word_backwards ON tasks.search_word (user_id, reversed);
ALTER TABLE tasks.search_word ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks.search_word FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.search_word
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);

-- Ids only, the best first; tasks are read by them under the policy. The user's condition stands inside. The table is
-- never read whole, however small it looks to the planner: it holds the words of everybody.
CREATE FUNCTION tasks.search(wanted tsquery, after_score integer, after_id uuid, most integer)
RETURNS TABLE (found_id uuid, score integer)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = pg_catalog SET enable_seqscan = off AS $body$
  SELECT ranked.task_id, ranked.score FROM (
    SELECT task_id, (ts_rank('{0.1, 0.2, 0.5, 1.0}'::real[], document, wanted, 1) * 1000000)::integer AS score
    FROM tasks.search_document
    WHERE document @@ wanted AND is_there
      AND user_id = nullif(current_setting('app.user_id', true), '')::uuid
  ) AS ranked
  WHERE after_id IS NULL OR (ranked.score, ranked.task_id) < (after_score, after_id)
  ORDER BY ranked.score DESC, ranked.task_id DESC LIMIT most
$body$;
