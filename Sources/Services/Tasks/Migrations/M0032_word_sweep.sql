-- Whose tasks were removed for good: words that none of their tasks has any more leave the dictionary.
CREATE TABLE tasks.word_sweep (
  user_id uuid PRIMARY KEY,
  asked_at timestamptz NOT NULL
);
ALTER TABLE tasks.word_sweep ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks.word_sweep FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.word_sweep
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
CREATE POLICY pruning ON tasks.word_sweep FOR SELECT
  USING (current_setting('app.pruning', true) = 'on');

-- Which of these words no task of the user has. In the owner's name, as tasks.search: the index is of no use to others.
CREATE FUNCTION tasks.unused_words(words text[], mark text)
RETURNS TABLE (unused text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog SET enable_seqscan = off AS $body$
  SELECT candidate FROM unnest(words) AS candidate
  WHERE NOT EXISTS (
    SELECT FROM tasks.search_document
    WHERE document @@ quote_literal(mark || candidate)::tsquery
      AND user_id = nullif(current_setting('app.user_id', true), '')::uuid)
$body$;
