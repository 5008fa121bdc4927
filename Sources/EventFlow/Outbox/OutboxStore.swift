import FoundationEssentials
import Postgres

/// The statements of the relay on the outbox itself.
struct OutboxStore: Sendable {
    let schema: String
    let source: String
    let database: PostgresClient

    /// Where the next look into a shard begins: after the key that the last one ended with.
    struct Place: Sendable {
        var shard: Int
        var topic = ""
        var partitionKey = ""
    }

    /// How much one look may bring.
    struct Limits: Sendable {
        /// Keys of each shard.
        var keys: Int
        /// Events of each key that are looked at.
        var depth: Int
        /// Events in all that are read whole, the first of each key before the second of any.
        var events: Int
        /// Bytes of payload in all; one event is always read.
        var bytes = 8_000_000
    }

    /// A key that has events, and those of them whose turn has come, in order.
    struct Turn: Sendable {
        var shard: Int
        var topic: String
        var partitionKey: String
        /// Its place among the keys of its shard in this look.
        var number: Int
        var rows: [OutboxRow] = []
    }

    /// The plan must not depend on statistics, which for a table that is filled and emptied all the time are
    /// always those of another moment: a plan made for the empty table would read the whole backlog.
    static let planning = [
        "enable_seqscan": "off", "enable_bitmapscan": "off", "enable_hashjoin": "off",
        "enable_mergejoin": "off", "enable_sort": "off",
    ]

    /// The next keys of some shards with their oldest events.
    ///
    /// It steps from key to key in the index, so it costs as much as there are keys looked at, however many
    /// events wait. A key whose first event is put off comes without events.
    func turns(at places: [Place], limits: Limits) async throws -> [Turn] {
        let sql = turnStatement(at: places, limits: limits).summary("SELECT outbox")
        let rows = try await database.transaction(settings: Self.planning) { try await $0.query(sql) }
        return try Self.turns(of: rows, source: source)
    }

    /// Rows of one key stand together, though nothing but their number says in which order.
    private static func turns(of rows: [PostgresRow], source: String) throws -> [Turn] {
        var turns: [Turn] = []
        var found: [String: Int] = [:]
        var order: [UUID: Int] = [:]
        for row in rows {
            let topic: String = try row.value("topic")
            let key: String = try row.value("partition_key")
            let name = "\(topic)\u{0}\(key)"
            let index = found[name] ?? turns.count
            if index == turns.count {
                found[name] = index
                turns.append(
                    Turn(
                        shard: try row.value("shard"), topic: topic, partitionKey: key,
                        number: try row.value("number")))
            }
            guard let id = try row.value("id", as: UUID?.self) else { continue }
            order[id] = try row.value("nth")
            turns[index].rows.append(try OutboxRow(row, source: source))
        }
        for index in turns.indices {
            turns[index].rows.sort { order[$0.id, default: 0] < order[$1.id, default: 0] }
        }
        return turns
    }

    func turnStatement(at places: [Place], limits: Limits) -> SQL {
        let table = SQL(unescaped: "\(schema).outbox")
        return """
            WITH plan AS MATERIALIZED (
              SELECT place.shard, key.topic, key.partition_key, key.number, turn.id, turn.nth, turn.size
              FROM unnest(\(places.map(\.shard))::smallint[], \(places.map(\.topic))::text[],
                \(places.map(\.partitionKey))::text[]) AS place (shard, topic, partition_key)
              CROSS JOIN LATERAL (\(fragment: keySteps(in: table, keys: limits.keys))) AS key
              CROSS JOIN LATERAL (
                SELECT o.not_before <= now() AS is_due FROM \(fragment: table) AS o
                WHERE o.parked_at IS NULL AND o.shard = place.shard AND o.topic = key.topic
                  AND o.partition_key = key.partition_key
                ORDER BY o.sequence, o.id LIMIT 1) AS head
              LEFT JOIN LATERAL (
                SELECT o.id, octet_length(o.payload) AS size,
                  row_number() OVER (ORDER BY o.sequence, o.id) AS nth
                FROM \(fragment: table) AS o
                WHERE head.is_due AND o.parked_at IS NULL AND o.shard = place.shard AND o.topic = key.topic
                  AND o.partition_key = key.partition_key
                ORDER BY o.sequence, o.id LIMIT \(limits.depth)::int) AS turn ON true
            ), ranked AS MATERIALIZED (
              SELECT plan.*, row_number() OVER pace AS rank, sum(size) OVER pace AS bytes
              FROM plan WINDOW pace AS (ORDER BY nth NULLS LAST, shard, topic, partition_key)
            )
            SELECT ranked.shard, ranked.topic, ranked.partition_key, ranked.number, ranked.nth, o.*
            FROM ranked LEFT JOIN LATERAL (
              SELECT o.id, o.type, o.subject, o.sequence, o.user_id, o.actor, o.payload, o.traceparent,
                o.tracestate, o.created_at, o.attempts
              FROM \(fragment: table) AS o
              WHERE o.id = ranked.id AND ranked.rank <= \(limits.events)::int
                AND (ranked.bytes <= \(limits.bytes)::bigint OR ranked.rank = 1) LIMIT 1) AS o ON true
            """
    }

    /// One key after the other, each found by one descent of the index.
    private func keySteps(in table: SQL, keys: Int) -> SQL {
        """
        WITH RECURSIVE step AS (
          (SELECT o.topic, o.partition_key, 1 AS number FROM \(fragment: table) AS o
           WHERE o.parked_at IS NULL AND o.shard = place.shard
             AND (o.topic, o.partition_key) > (place.topic, place.partition_key)
           ORDER BY o.topic, o.partition_key LIMIT 1)
          UNION ALL
          SELECT next.topic, next.partition_key, step.number + 1 FROM step CROSS JOIN LATERAL (
            SELECT o.topic, o.partition_key FROM \(fragment: table) AS o
            WHERE o.parked_at IS NULL AND o.shard = place.shard
              AND (o.topic, o.partition_key) > (step.topic, step.partition_key)
            ORDER BY o.topic, o.partition_key LIMIT 1) AS next
          WHERE step.number < \(keys)::int)
        SELECT topic, partition_key, number FROM step
        """
    }
}
