CREATE TABLE identity.account (
  id uuid PRIMARY KEY,
  -- Lower-cased before it gets here; one account an address.
  email text NOT NULL UNIQUE,
  password_hash text NOT NULL,
  name text,
  created_at timestamptz NOT NULL
);
