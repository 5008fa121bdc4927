import CurlHTTP
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import EventFlow

/// Relays are killed, stopped for a while and started, and the sidecar refuses and stalls, all from one seed.
struct OutboxChaosTests {
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let keys = 40
    private static let perKey = 30

    @Test(arguments: [(relays: 2, seed: UInt64(7)), (relays: 4, seed: UInt64(11))])
    func `relays that die and stall lose nothing and keep the order of each key`(
        _ scene: (relays: Int, seed: UInt64)
    ) async throws {
        let fixture = try await EventTablesFixture()
        let published = PublishedEvents()
        let random = Mutex(Seeded(state: scene.seed))
        let sidecar = try TinyHTTPServer { request in
            let chance = random.withLock { Int.random(in: 0..<100, using: &$0) }
            // Taken, but the relay does not hear of it; then refused; then late.
            if chance < 2 {
                _ = published.answer(request)
                return .close
            }
            if chance < 6 { return .json(500, #"{"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE","message":"x"}"#) }
            let reply = published.answer(request)
            return chance < 10 ? .delay(milliseconds: 30, then: reply) : reply
        }
        defer { sidecar.stop() }
        let http = HTTPClient()
        var relays = try (0..<scene.relays).map { _ in try relay(fixture, sidecar, http) }
        for relay in relays { relay.start() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for sequence in 1...Self.perKey {
                    try await fixture.fill(
                        Self.keys, keys: Self.keys, prefix: "task", sequenceFrom: sequence)
                    try await Task.sleep(for: .milliseconds(40))
                }
            }
            for _ in 0..<6 {
                try await Task.sleep(for: .milliseconds(200))
                let (victim, dies) = random.withLock { random in
                    (Int.random(in: 0..<scene.relays, using: &random), Bool.random(using: &random))
                }
                guard dies else {
                    // As after SIGSTOP: its leases are over before it knows.
                    relays[victim].clock.jump(by: .seconds(3))
                    continue
                }
                await relays[victim].kill()
                relays[victim] = try relay(fixture, sidecar, http)
                relays[victim].start()
            }
            try await group.waitForAll()
        }
        try await fixture.eventually { try await fixture.count("outbox") == 0 }
        for relay in relays { await relay.stop() }
        let arrivals = published.firstArrivals
        #expect(arrivals.count == Self.keys, "seed \(scene.seed)")
        for (key, sequences) in arrivals {
            #expect(sequences == (1...Int64(Self.perKey)).map { $0 }, "key \(key), seed \(scene.seed)")
        }
        #expect(try await fixture.count("outbox") == 0)
        await http.close()
    }

    private func relay(_ fixture: EventTablesFixture, _ sidecar: TinyHTTPServer, _ http: HTTPClient) throws
        -> TestRelay
    {
        try TestRelay(fixture, port: sidecar.port, http: http) { settings in
            settings.batch = 60
            settings.bulkFrom = 20
            settings.bulkSize = 8
            settings.attempts = 1000
        }
    }
}
