CREATE TABLE identity.session (
  -- Stands in access tokens as `sid`.
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES identity.account (id) ON DELETE CASCADE,
  -- Random, and nowhere but in the session's refresh tokens: whoever knows it held one of them.
  family uuid NOT NULL UNIQUE,
  -- SHA-256 of the secret in the one refresh token that is good now.
  secret_digest bytea NOT NULL,
  created_at timestamptz NOT NULL,
  refreshed_at timestamptz NOT NULL,
  -- No refresh token of the session is good after this.
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX session_account ON identity.session (account_id, id);
CREATE INDEX session_expiry ON identity.session (expires_at);
CREATE INDEX session_revoked ON identity.session (revoked_at) WHERE revoked_at IS NOT NULL;
