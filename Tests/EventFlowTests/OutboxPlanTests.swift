import Dapr
import Postgres
import Testing

@testable import EventFlow

/// What a look costs is counted in pages, not in seconds.
struct OutboxPlanTests {
    private let all = (0..<ShardStore.shards).map { OutboxStore.Place(shard: $0) }
    private let limits = OutboxStore.Limits(keys: 16, depth: 8, events: 1000)

    private func store(_ fixture: EventTablesFixture) -> OutboxStore {
        OutboxStore(schema: EventTablesFixture.schema, source: "tasks", database: fixture.database)
    }

    private func explain(_ store: OutboxStore, _ limits: OutboxStore.Limits) async throws -> (
        text: String, pages: Int
    ) {
        let statement =
            SQL(unescaped: "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) ")
            + store.turnStatement(at: all, limits: limits)
        let lines = try await store.database.transaction(settings: OutboxStore.planning) {
            try await $0.query(statement)
        }.map { try $0.value("QUERY PLAN", as: String.self) }
        let buffers = lines.first { $0.contains("Buffers: shared") } ?? ""
        let pages = buffers.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }.reduce(0, +)
        return (lines.joined(separator: "\n"), pages)
    }

    @Test func `a look at 100 000 waiting events reads the pages of those it takes, whatever statistics say`()
        async throws
    {
        let fixture = try await EventTablesFixture()
        // Statistics of the empty table: the worst that a plan can be made from.
        try await fixture.database.script("VACUUM ANALYZE flow.outbox")
        try await fixture.fill(50_000, keys: 1, prefix: "hot")
        try await fixture.fill(50_000, keys: 50_000, prefix: "cold")
        for _ in 0..<2 {
            let (plan, pages) = try await explain(store(fixture), limits)
            #expect(!plan.contains("Seq Scan"), "\(plan)")
            #expect(
                (1..<20_000).contains(pages), "512 keys, five descents of the index each: \(pages)\n\(plan)")
            try await fixture.database.script("ANALYZE flow.outbox")
        }
    }

    @Test func `one key with 50 000 events costs no more than the events that are read`() async throws {
        let fixture = try await EventTablesFixture()
        try await fixture.fill(50_000, keys: 1, prefix: "hot")
        let deep = OutboxStore.Limits(keys: 16, depth: 128, events: 1000)
        let (plan, pages) = try await explain(store(fixture), deep)
        #expect((1..<1500).contains(pages), "128 events, four pages each at most: \(pages)\n\(plan)")
        let turns = try await store(fixture).turns(at: all, limits: deep)
        #expect(turns.count == 1)
        #expect(turns.first?.rows.count == 128)
        #expect(turns.first?.rows.compactMap(\.event.sequence) == (1...128).map { Int64($0) })
    }

    @Test func `a plan that was kept since the table was empty does not read the backlog`() async throws {
        let fixture = try await EventTablesFixture()
        var configuration = try PostgresConfiguration(url: fixture.url)
        configuration.maximumConnections = 1
        let database = PostgresClient(configuration)
        let store = OutboxStore(schema: EventTablesFixture.schema, source: "tasks", database: database)
        try await fixture.database.script("VACUUM ANALYZE flow.outbox")
        for _ in 0..<8 { _ = try await store.turns(at: all, limits: limits) }
        try await fixture.fill(100_000, keys: 50_000)
        let before = try await scans(database)
        let turns = try await store.turns(at: all, limits: limits)
        let after = try await scans(database)
        #expect(turns.count == 512)
        #expect(after.sequential == before.sequential)
        #expect(after.entries - before.entries < 10_000, "\(after.entries - before.entries) index entries")
        await database.close()
    }

    @Test func `writing an outcome down touches the rows it is about, not the backlog`() async throws {
        let fixture = try await EventTablesFixture()
        try await fixture.database.script("VACUUM ANALYZE flow.outbox")
        try await fixture.fill(20_000, keys: 20_000)
        let store = store(fixture)
        let ids = try await store.turns(at: all, limits: limits).flatMap(\.rows).map(\.id)
        let failures = ids.prefix(100).map {
            Settlement.Failure(id: $0, topic: "todo.events", attempts: 0, reason: "timeout")
        }
        let statements = [
            store.removal(of: ids), store.postponement(of: failures), store.parking(of: failures),
        ]
        for statement in statements {
            let lines = try await store.database.transaction(settings: OutboxStore.planning) {
                try await $0.query(SQL(unescaped: "EXPLAIN ") + statement)
            }.map { try $0.value("QUERY PLAN", as: String.self) }
            #expect(!lines.contains { $0.contains("Seq Scan") }, "\(lines)")
            #expect(lines.contains { $0.contains("Index Cond") }, "\(lines)")
        }
    }

    private func scans(_ database: PostgresClient) async throws -> (sequential: Int, entries: Int) {
        _ = try await database.query("SELECT pg_stat_force_next_flush()::text")
        let rows = try await database.query(
            """
            SELECT seq_scan, (SELECT sum(idx_tup_read)::bigint FROM pg_stat_user_indexes
              WHERE relid = 'flow.outbox'::regclass) AS entries
            FROM pg_stat_user_tables WHERE relid = 'flow.outbox'::regclass
            """)
        guard let row = rows.first else { return (0, 0) }
        return (try row.value("seq_scan"), try row.value("entries"))
    }

    @Test func `looks go round all keys, and one with an event put off holds up no other`() async throws {
        let fixture = try await EventTablesFixture()
        try await fixture.fill(3000, keys: 1500)
        try await fixture.database.execute(
            "UPDATE flow.outbox SET not_before = now() + interval '1 hour' WHERE sequence = 1 AND partition_key < 'key-2'"
        )
        let store = store(fixture)
        var places = all
        var seen: [String: Int] = [:]
        for _ in 0..<10 {
            let turns = try await store.turns(at: places, limits: limits)
            for turn in turns { seen[turn.partitionKey, default: 0] += turn.rows.count }
            places = turns.filter { $0.number == limits.keys }.map {
                OutboxStore.Place(shard: $0.shard, topic: $0.topic, partitionKey: $0.partitionKey)
            }
            if places.isEmpty { break }
        }
        #expect(seen.count == 1500)
        #expect(seen.filter { $0.key < "key-2" }.values.allSatisfy { $0 == 0 })
        #expect(seen.filter { $0.key >= "key-2" }.values.allSatisfy { $0 == 2 })
    }

    @Test func `a look is bounded in bytes, and takes the first of every key before the second of any`()
        async throws
    {
        let fixture = try await EventTablesFixture()
        try await fixture.fill(400, keys: 100)
        var narrow = limits
        narrow.events = 150
        var turns = try await store(fixture).turns(at: all, limits: narrow)
        #expect(turns.reduce(0) { $0 + $1.rows.count } == 150)
        #expect(turns.count == 100)
        #expect(turns.allSatisfy { $0.rows.first?.event.sequence == 1 })
        narrow.bytes = 600
        turns = try await store(fixture).turns(at: all, limits: narrow)
        #expect(turns.reduce(0) { $0 + $1.rows.count } == 1)
    }
}
