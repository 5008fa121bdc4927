CREATE TABLE notifications.person (
  user_id uuid PRIMARY KEY,
  time_zone text NOT NULL DEFAULT 'UTC',
  quiet_from text,
  quiet_to text,
  settings_sequence bigint NOT NULL DEFAULT 0,
  preferences text
);
CREATE TABLE notifications.subscription (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  channel text NOT NULL,
  destination text NOT NULL,
  host text NOT NULL,
  secret text,
  push_key text,
  push_secret text,
  code_hash text,
  code_attempts integer NOT NULL DEFAULT 0,
  is_enabled boolean NOT NULL DEFAULT true,
  confirmed_at timestamptz,
  creation_key text,
  created_at timestamptz NOT NULL,
  UNIQUE (user_id, channel, destination)
);
CREATE TABLE notifications.message (
  id uuid PRIMARY KEY,
  key text NOT NULL,
  user_id uuid NOT NULL,
  subscription_id uuid NOT NULL REFERENCES notifications.subscription ON DELETE CASCADE,
  host text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  not_before timestamptz NOT NULL,
  claimed_by uuid,
  claimed_until timestamptz NOT NULL DEFAULT '-infinity',
  created_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX message_due ON notifications.message (not_before);
CREATE INDEX message_of_subscription ON notifications.message (subscription_id);
CREATE TABLE notifications.delivery (
  id uuid PRIMARY KEY,
  event_id text NOT NULL,
  notification_id uuid NOT NULL,
  user_id uuid NOT NULL,
  channel text NOT NULL,
  subscription_id uuid,
  message_id uuid,
  template text NOT NULL,
  content text,
  task_id uuid,
  reminder_id uuid,
  state text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  reason text,
  status integer,
  not_before timestamptz NOT NULL,
  expires_at timestamptz,
  created_at timestamptz NOT NULL,
  settled_at timestamptz,
  traceparent text,
  tracestate text,
  UNIQUE NULLS NOT DISTINCT (notification_id, channel, subscription_id)
);
CREATE INDEX delivery_ungathered ON notifications.delivery (not_before)
  WHERE state = 'waiting' AND message_id IS NULL;
CREATE INDEX delivery_of_message ON notifications.delivery (message_id) WHERE state = 'waiting';
CREATE INDEX delivery_of_user ON notifications.delivery (user_id, created_at DESC, id DESC);
CREATE INDEX delivery_of_subscription ON notifications.delivery (subscription_id) WHERE state = 'waiting';
CREATE INDEX delivery_age ON notifications.delivery (settled_at);
