import FoundationEssentials
import Postgres

/// The statements that share the shards out among relays.
///
/// Each is one statement in a transaction of its own: a relay that is stopped in the middle of its work never
/// holds a lock. Whoever renews locks the row; whoever takes an ended lease skips locked rows and looks again
/// at what it locked, so a lease is either renewed or taken, never both.
struct ShardStore: Sendable {
    static let shards = 32

    /// The state of the shards after a relay has spoken up.
    struct Answer: Sendable {
        /// Relays alive, this one included.
        var relays: Int
        var renewed: [Int]
        var claimed: [Int]

        /// What each relay may hold at most.
        var share: Int { (ShardStore.shards + relays - 1) / max(1, relays) }
    }

    let schema: String
    let holder: UUID
    let database: PostgresClient

    /// Says that this relay lives, gives back, renews, and takes what is free up to the fair share.
    func keep(_ kept: [Int], returning returned: [Int], for lease: Duration) async throws -> Answer {
        let sql: SQL = """
            WITH seen AS (
              INSERT INTO \(unescaped: schema).outbox_relay AS relay (holder, seen_until)
              VALUES (\(holder)::uuid, now() + make_interval(secs => \(lease.inSeconds)::float8))
              ON CONFLICT (holder) DO UPDATE SET seen_until = excluded.seen_until
            ), gone AS (
              DELETE FROM \(unescaped: schema).outbox_relay
              WHERE seen_until < now() - interval '1 minute' AND holder <> \(holder)::uuid
            ), crowd AS (
              SELECT 1 + count(*) AS relays FROM \(unescaped: schema).outbox_relay
              WHERE holder <> \(holder)::uuid AND seen_until > now()
            ), returned AS (
              UPDATE \(unescaped: schema).outbox_shard SET holder = NULL, held_until = '-infinity'
              WHERE holder = \(holder)::uuid AND shard = ANY(\(returned)::smallint[])
            ), renewed AS (
              UPDATE \(unescaped: schema).outbox_shard
              SET held_until = now() + make_interval(secs => \(lease.inSeconds)::float8)
              WHERE holder = \(holder)::uuid AND shard = ANY(\(kept)::smallint[]) RETURNING shard
            ), free AS (
              SELECT shard FROM \(unescaped: schema).outbox_shard
              WHERE NOT shard = ANY(\(kept)::smallint[]) AND NOT shard = ANY(\(returned)::smallint[])
                AND (held_until <= now() OR holder = \(holder)::uuid)
              ORDER BY shard
              LIMIT greatest(0, (SELECT (\(Self.shards)::int + relays - 1) / relays FROM crowd)
                - (SELECT count(*) FROM renewed))
              FOR UPDATE SKIP LOCKED
            ), claimed AS (
              UPDATE \(unescaped: schema).outbox_shard AS mine
              SET holder = \(holder)::uuid,
                held_until = now() + make_interval(secs => \(lease.inSeconds)::float8)
              FROM free WHERE mine.shard = free.shard RETURNING mine.shard
            )
            SELECT (SELECT relays FROM crowd) AS relays,
              array(SELECT shard FROM renewed)::int[] AS renewed,
              array(SELECT shard FROM claimed)::int[] AS claimed
            """
        guard let row = try await database.query(sql.summary("UPDATE outbox_shard")).first else {
            return Answer(relays: 1, renewed: [], claimed: [])
        }
        return Answer(
            relays: try row.value("relays"), renewed: try row.value("renewed"),
            claimed: try row.value("claimed"))
    }

    /// Gives everything back, so that others need not wait for the leases' end.
    func leave() async throws {
        let sql: SQL = """
            WITH gone AS (
              DELETE FROM \(unescaped: schema).outbox_relay WHERE holder = \(holder)
            )
            UPDATE \(unescaped: schema).outbox_shard SET holder = NULL, held_until = '-infinity'
            WHERE holder = \(holder)
            """
        try await database.execute(sql.summary("UPDATE outbox_shard"))
    }
}

extension Duration {
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
