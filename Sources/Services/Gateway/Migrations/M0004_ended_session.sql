-- Sessions of closed accounts, whose own rows went with them: their access tokens are refused until they expire.
CREATE TABLE identity.ended_session (
  id uuid PRIMARY KEY,
  ended_at timestamptz NOT NULL
);
CREATE INDEX ended_session_time ON identity.ended_session (ended_at);
