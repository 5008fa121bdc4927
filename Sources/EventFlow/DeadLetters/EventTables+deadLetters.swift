public import Postgres

extension EventTables {
    /// `<schema>.delivery_failure`: what could not be handled, while it is tried again and when it was given
    /// up.
    ///
    /// A row is open while it is dead, undecided, and its event is not in the inbox. The envelope goes when
    /// the row is settled: it holds what users wrote, and nobody needs it any more.
    public static func deadLetters(in schema: String) -> Migration {
        Migration(
            name: "E0003_delivery_failure",
            sql: """
                CREATE TABLE \(schema).delivery_failure (
                  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                  event_id text NOT NULL,
                  source text NOT NULL,
                  topic text NOT NULL,
                  type text,
                  subject text,
                  partition_key text,
                  user_id text,
                  actor text,
                  sequence bigint,
                  occurred_at text,
                  attempts integer NOT NULL DEFAULT 0,
                  unexplained integer NOT NULL DEFAULT 0,
                  last_reason text NOT NULL,
                  last_detail text,
                  created_traceparent text,
                  failed_traceparent text,
                  envelope bytea,
                  first_failed_at timestamptz NOT NULL DEFAULT now(),
                  last_failed_at timestamptz NOT NULL DEFAULT now(),
                  dead_at timestamptz,
                  resolved_at timestamptz,
                  discarded_at timestamptz,
                  decided_by text,
                  UNIQUE (event_id, source)
                );
                CREATE INDEX delivery_failure_open ON \(schema).delivery_failure (id)
                  WHERE resolved_at IS NULL AND discarded_at IS NULL;
                CREATE INDEX delivery_failure_age ON \(schema).delivery_failure (last_failed_at);
                CREATE INDEX delivery_failure_user ON \(schema).delivery_failure (user_id);
                """)
    }

    /// `<schema>.entity_version`, for services that keep copies of others' entities (`SequenceGuard`).
    public static func entityVersions(in schema: String) -> Migration {
        Migration(
            name: "E0004_entity_version",
            sql: """
                CREATE TABLE \(schema).entity_version (
                  source text NOT NULL,
                  entity text NOT NULL,
                  sequence bigint NOT NULL,
                  PRIMARY KEY (source, entity)
                );
                """)
    }
}
