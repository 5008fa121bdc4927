-- A user who is gone stays as a mark, so that what comes late finds nobody.
ALTER TABLE notifications.person ADD COLUMN is_gone boolean NOT NULL DEFAULT false;
-- Places under way are counted by the server's name alone; its ports are as slow as itself.
UPDATE notifications.subscription SET host = regexp_replace(host, ':[0-9]+$', '') WHERE host LIKE '%:%';
UPDATE notifications.message SET host = regexp_replace(host, ':[0-9]+$', '') WHERE host LIKE '%:%';
