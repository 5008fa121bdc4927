-- A second lock behind the condition on the user that every statement has: whoever forgets the condition, or sets no
-- user, sees nothing. FORCE, because the owner of a table would else be exempt.
ALTER TABLE tasks.task ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks.task FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.task
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);

ALTER TABLE tasks.idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks.idempotency FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks.idempotency
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
-- Pruning acts for nobody. It has to say so, and even then only what has expired can be seen and removed.
CREATE POLICY pruning ON tasks.idempotency
  USING (current_setting('app.pruning', true) = 'on' AND created_at < now() - interval '24 hours')
  WITH CHECK (false);
