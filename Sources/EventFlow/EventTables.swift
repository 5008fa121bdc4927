public import Postgres

/// The tables of outbox and inbox, the same in every service's schema.
public enum EventTables {
    /// `<schema>.outbox` as it began, with one lease; `outboxShards` must follow it.
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

    /// Shards of the outbox, so that several relays can share its work.
    ///
    /// The shard is kept in the row: PostgreSQL may not change `hashtextextended`, which tables partitioned by
    /// hash are stored by, but a row's shard must not depend even on that. A relay of an older release finds its
    /// lease gone and sends nothing more; the shards begin with the end of that lease, so it is not overtaken.
    /// The table keeps its emptied pages, because it is emptied all the time, and no index has more
    /// than one use: every index is paid for by each write.
    public static func outboxShards(in schema: String) -> Migration {
        Migration(
            name: "E0003_outbox_shards",
            sql: """
                ALTER TABLE \(schema).outbox ADD COLUMN shard smallint NOT NULL
                  GENERATED ALWAYS AS ((hashtextextended(partition_key, 0) & 31)::smallint) STORED;
                DROP INDEX \(schema).outbox_key;
                DROP INDEX \(schema).outbox_age;
                CREATE INDEX outbox_turn ON \(schema).outbox (shard, topic, partition_key, sequence, id)
                  WHERE parked_at IS NULL;
                CREATE INDEX outbox_parked ON \(schema).outbox (id) WHERE parked_at IS NOT NULL;
                ALTER TABLE \(schema).outbox SET (
                  vacuum_truncate = off, autovacuum_vacuum_cost_delay = 0,
                  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
                CREATE TABLE \(schema).outbox_shard (
                  shard smallint PRIMARY KEY,
                  holder uuid,
                  held_until timestamptz NOT NULL DEFAULT '-infinity'
                ) WITH (fillfactor = 50);
                INSERT INTO \(schema).outbox_shard (shard, holder, held_until)
                SELECT number, lease.holder, coalesce(lease.held_until, '-infinity')
                FROM generate_series(0, 31) AS number LEFT JOIN \(schema).outbox_lease AS lease ON true;
                DROP TABLE \(schema).outbox_lease;
                CREATE TABLE \(schema).outbox_relay (
                  holder uuid PRIMARY KEY,
                  seen_until timestamptz NOT NULL
                ) WITH (fillfactor = 50);
                """)
    }
}
