-- What the owner wants to be reminded by, as JSON: it is read and written with the task and never asked for alone.
ALTER TABLE tasks.task ADD COLUMN reminders text;
-- When reminders of tasks that are due on a date fire.
ALTER TABLE tasks.user_settings ADD COLUMN default_reminder_time text NOT NULL DEFAULT '09:00';
