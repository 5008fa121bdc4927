-- A task that comes again: its rule as the API shows it, and what instances of a series are found by. `series_base` is
-- what the series has for fields that were changed in this instance alone.
ALTER TABLE tasks.task
  ADD COLUMN recurrence text,
  ADD COLUMN series_id uuid,
  ADD COLUMN occurrence_key text,
  ADD COLUMN previous_id uuid,
  ADD COLUMN series_base text;
CREATE INDEX task_of_series ON tasks.task (user_id, series_id) WHERE series_id IS NOT NULL;
CREATE INDEX task_after ON tasks.task (user_id, previous_id) WHERE previous_id IS NOT NULL;
