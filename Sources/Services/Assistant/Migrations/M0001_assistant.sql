CREATE TABLE assistant.person (
  user_id uuid PRIMARY KEY,
  time_zone text NOT NULL,
  settings_sequence bigint NOT NULL
);
CREATE TABLE assistant.conversation (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  title text NOT NULL,
  event_sequence bigint NOT NULL DEFAULT 0,
  undo_tokens text NOT NULL DEFAULT '',
  busy_turn uuid,
  busy_until timestamptz NOT NULL DEFAULT '-infinity',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz
) WITH (fillfactor = 70);
CREATE INDEX conversation_of_user ON assistant.conversation (user_id, updated_at DESC, id DESC)
  WHERE deleted_at IS NULL;
CREATE INDEX conversation_deleted ON assistant.conversation (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TABLE assistant.turn (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  key text NOT NULL,
  fingerprint text NOT NULL,
  conversation_id uuid NOT NULL,
  answer text,
  created_at timestamptz NOT NULL,
  UNIQUE (user_id, key)
);
CREATE INDEX turn_age ON assistant.turn (created_at);
CREATE TABLE assistant.confirmation (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  turn_id uuid NOT NULL,
  tool text NOT NULL,
  arguments text NOT NULL,
  digest text NOT NULL,
  summary text NOT NULL,
  affected integer NOT NULL,
  state text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX confirmation_waiting ON assistant.confirmation (expires_at) WHERE state = 'waiting';
CREATE INDEX confirmation_of_conversation ON assistant.confirmation (conversation_id) WHERE state = 'waiting';
CREATE INDEX confirmation_age ON assistant.confirmation (created_at);
CREATE TABLE assistant.allowance (
  user_id uuid PRIMARY KEY,
  recent text NOT NULL,
  day text NOT NULL,
  tokens bigint NOT NULL
) WITH (fillfactor = 70);
