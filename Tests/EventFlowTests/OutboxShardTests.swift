import CurlHTTP
import Dapr
import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import EventFlow

struct OutboxShardTests {
    @Test func `relays share the shards fairly, a newcomer gets its part and a leaver's is taken over`()
        async throws
    {
        let fixture = try await EventTablesFixture()
        let published = PublishedEvents()
        let sidecar = try TinyHTTPServer { published.answer($0) }
        defer { sidecar.stop() }
        let http = HTTPClient()
        let relays = try (0..<3).map { _ in try TestRelay(fixture, port: sidecar.port, http: http) }
        relays[0].start()
        try await fixture.eventually { try await fixture.shares() == [32] }
        #expect(try await fixture.shares() == [32])
        relays[1].start()
        try await fixture.eventually { try await fixture.shares() == [16, 16] }
        #expect(try await fixture.shares() == [16, 16])
        relays[2].start()
        try await fixture.eventually { try await fixture.shares() == [11, 11, 10] }
        #expect(try await fixture.shares() == [11, 11, 10])
        await relays[1].stop()
        try await fixture.eventually { try await fixture.shares() == [16, 16] }
        #expect(try await fixture.shares() == [16, 16])
        await relays[0].kill()
        try await fixture.eventually { try await fixture.shares() == [32] }
        #expect(try await fixture.shares() == [32])
        await relays[2].stop()
        #expect(try await fixture.shares() == [])
        #expect(try await fixture.count("outbox_relay", where: "seen_until > now()") == 0)
        await http.close()
    }

    @Test func `the events of a relay that died are sent by another when its leases end`() async throws {
        let fixture = try await EventTablesFixture()
        let published = PublishedEvents()
        let hanging = try TinyHTTPServer { _ in .hang }
        let sidecar = try TinyHTTPServer { published.answer($0) }
        defer {
            hanging.stop()
            sidecar.stop()
        }
        let http = HTTPClient()
        let first = try TestRelay(fixture, port: hanging.port, http: http)
        first.start()
        try await fixture.fill(60, keys: 20)
        _ = await hanging.waitForRequests(1)
        await first.kill()
        let second = try TestRelay(fixture, port: sidecar.port, http: http)
        second.start()
        try await fixture.eventually { try await fixture.count("outbox") == 0 }
        #expect(published.all.count == 60)
        #expect(published.firstArrivals.count == 20)
        #expect(published.firstArrivals.values.allSatisfy { $0 == [1, 2, 3] })
        await second.stop()
        await http.close()
    }

    /// The first relay renews every ten seconds only, so that nothing but its own clock tells it of the time that
    /// it was stopped for.
    @Test func `a relay that was stopped for longer than its lease sends nothing more of what it has read`()
        async throws
    {
        let fixture = try await EventTablesFixture()
        let (stale, fresh) = (PublishedEvents(), PublishedEvents())
        let gate = DispatchSemaphore(value: 0)
        let slow = try TinyHTTPServer { request in
            let reply = stale.answer(request)
            gate.wait()
            gate.signal()
            return reply
        }
        let sidecar = try TinyHTTPServer { fresh.answer($0) }
        defer {
            gate.signal()
            slow.stop()
            sidecar.stop()
        }
        for sequence in 1...5 { try await fixture.append(subject: "task-1", sequence: Int64(sequence)) }
        let http = HTTPClient()
        let first = try TestRelay(fixture, port: slow.port, http: http) { settings in
            settings.lease = .seconds(40)
            settings.callLimit = .seconds(4)
        }
        first.start()
        _ = await slow.waitForRequests(1)
        first.clock.jump(by: .seconds(41))
        try await fixture.database.execute("UPDATE flow.outbox_shard SET held_until = now()")
        let second = try TestRelay(fixture, port: sidecar.port, http: http)
        second.start()
        try await fixture.eventually { try await fixture.count("outbox") == 0 }
        #expect(fresh.all.map(\.sequence) == [1, 2, 3, 4, 5])
        gate.signal()
        try await fixture.append(subject: "task-1", sequence: 6)
        try await fixture.eventually { fresh.all.count == 6 }
        await first.stop()
        #expect(
            stale.all.map(\.sequence) == [1], "what was under way when the lease ended, and nothing after it")
        #expect(fresh.all.map(\.sequence) == [1, 2, 3, 4, 5, 6])
        await second.stop()
        await http.close()
    }

    @Test func `calls that are under way when the lease ends are broken off`() async throws {
        let fixture = try await EventTablesFixture()
        let hanging = try TinyHTTPServer { _ in .hang }
        defer { hanging.stop() }
        let http = HTTPClient()
        let relay = try TestRelay(fixture, port: hanging.port, http: http) { $0.lease = .seconds(2) }
        relay.start()
        try await fixture.append(subject: "task-1", sequence: 1)
        _ = await hanging.waitForRequests(1)
        relay.clock.jump(by: .seconds(-600))
        relay.clock.jump(by: .seconds(610))
        await hanging.waitForClosedConnections(1)
        #expect(try await fixture.count("outbox", where: "attempts = 0") == 1, "it is not the event's fault")
        await relay.stop()
        await http.close()
    }

    @Test func `a relay without its sidecar leaves its shards to one that has one`() async throws {
        let fixture = try await EventTablesFixture()
        let published = PublishedEvents()
        let sidecar = try TinyHTTPServer { published.answer($0) }
        defer { sidecar.stop() }
        let http = HTTPClient()
        let lonely = try TestRelay(fixture, port: try FreePorts.one(), http: http)
        lonely.start()
        try await fixture.eventually { try await fixture.shares() == [32] }
        let other = try TestRelay(fixture, port: sidecar.port, http: http)
        other.start()
        try await fixture.fill(200, keys: 100)
        try await fixture.eventually { try await fixture.count("outbox") == 0 }
        #expect(published.all.count == 200)
        #expect(published.firstArrivals.values.allSatisfy { $0 == [1, 2] })
        try await fixture.eventually { try await fixture.shares() == [32] }
        #expect(try await fixture.shares() == [32])
        await lonely.stop()
        await other.stop()
        await http.close()
    }

    @Test func `an outbox of the time before shards moves over, and its relay's lease is respected`()
        async throws
    {
        let url = try await PrivatePostgres.shared().createDatabase()
        let database = PostgresClient(try PostgresConfiguration(url: url))
        try await Migrator(schema: "old", migrations: [EventTables.outbox(in: "old")]).apply(on: database)
        try await database.script(
            """
            INSERT INTO old.outbox_lease
            VALUES (1, '00000000-0000-0000-0000-00000000000a', now() + interval '1 hour');
            INSERT INTO old.outbox (id, topic, type, subject, partition_key, sequence, actor, payload, created_at)
            SELECT gen_random_uuid(), 't', 'y', 's', 'k' || n, 1, 'user', '{}', now()
            FROM generate_series(1, 500) AS n;
            """)
        try await Migrator(
            schema: "old", migrations: [EventTables.outbox(in: "old"), EventTables.outboxShards(in: "old")]
        ).apply(on: database)
        let rows = try await database.query(
            """
            SELECT count(*) FILTER (WHERE held_until > now()) AS held, count(*) AS shards,
              (SELECT count(DISTINCT shard) FROM old.outbox) AS used FROM old.outbox_shard
            """)
        let row = try #require(rows.first)
        #expect(try row.value("held", as: Int.self) == 32)
        #expect(try row.value("shards", as: Int.self) == ShardStore.shards)
        #expect(try row.value("used", as: Int.self) == 32, "500 keys reach every shard")
        let store = ShardStore(schema: "old", holder: UUID(), database: database)
        #expect(try await store.keep([], returning: [], for: .seconds(4)).claimed.isEmpty)
        await database.close()
    }
}
