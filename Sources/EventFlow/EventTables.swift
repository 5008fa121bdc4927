public import Postgres

/// The tables of outbox and inbox, the same in every service's schema.
public enum EventTables {
    /// `<schema>.outbox` and the lease of its relay.
    public static func outbox(in schema: String) -> Migration {
        Migration(
            name: "E0001_outbox",
            sql: """
                CREATE TABLE \(schema).outbox (
                  id uuid PRIMARY KEY,
                  topic text NOT NULL,
                  type text NOT NULL,
                  subject text NOT NULL,
                  partition_key text NOT NULL,
                  sequence bigint NOT NULL,
                  user_id text,
                  actor text NOT NULL,
                  payload text NOT NULL,
                  traceparent text,
                  tracestate text,
                  created_at timestamptz NOT NULL,
                  attempts integer NOT NULL DEFAULT 0,
                  last_error text,
                  not_before timestamptz NOT NULL DEFAULT '-infinity',
                  parked_at timestamptz
                );
                CREATE INDEX outbox_key ON \(schema).outbox (topic, partition_key, sequence, id);
                CREATE INDEX outbox_age ON \(schema).outbox (created_at);
                CREATE TABLE \(schema).outbox_lease (
                  id integer PRIMARY KEY CHECK (id = 1),
                  holder uuid NOT NULL,
                  held_until timestamptz NOT NULL
                );
                """)
    }

    /// `<schema>.inbox`.
    public static func inbox(in schema: String) -> Migration {
        Migration(
            name: "E0002_inbox",
            sql: """
                CREATE TABLE \(schema).inbox (
                  event_id text NOT NULL,
                  source text NOT NULL,
                  topic text NOT NULL,
                  type text NOT NULL,
                  received_at timestamptz NOT NULL DEFAULT now(),
                  PRIMARY KEY (event_id, source)
                );
                CREATE INDEX inbox_age ON \(schema).inbox (received_at);
                """)
    }
}
