-- Values of state components, shaped like the table of state.postgresql v2.

CREATE TABLE broker.state (
    store      text        NOT NULL,
    key        text        NOT NULL,
    value      bytea       NOT NULL,
    etag       uuid        NOT NULL,
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store, key)
);

-- Only the sweep looks by end of life.
CREATE INDEX state_expiry ON broker.state (expires_at) WHERE expires_at IS NOT NULL;
