import CurlHTTP
import Dapr
import Foundation
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import EventFlow

/// A relay with a database client of its own, so that it can die without giving anything back.
final class TestRelay: Sendable {
    let relay: OutboxRelay
    let clock: TestClock
    private let database: PostgresClient
    private let running = Mutex<Task<Void, any Error>?>(nil)

    init(
        _ fixture: EventTablesFixture, port: Int, http: HTTPClient, logger: Logger = Logger(label: "test"),
        listening: String? = nil, change: (inout OutboxRelay.Settings) -> Void = { _ in }
    ) throws {
        var configuration = try PostgresConfiguration(ofTest: fixture.url)
        configuration.maximumConnections = 3
        database = PostgresClient(configuration)
        var settings = OutboxRelay.Settings()
        settings.pollInterval = .milliseconds(100)
        settings.pollIntervalUnnotified = .milliseconds(100)
        settings.backoff = .milliseconds(10) ... .milliseconds(50)
        settings.lease = .seconds(2)
        settings.callLimit = .milliseconds(500)
        change(&settings)
        let clock = TestClock()
        self.clock = clock
        relay = OutboxRelay(
            outbox: fixture.outbox, database: database,
            listening: try PostgresConfiguration(url: listening ?? fixture.url),
            dapr: DaprClient(DaprConfiguration(port: port, timeout: .seconds(5)), http: http), logger: logger,
            settings: settings, now: { clock.now })
    }

    func start() {
        running.withLock { [relay] task in task = Task { try await relay.run() } }
    }

    /// Ends it as a shutdown does.
    func stop() async {
        let task = running.withLock { task in
            defer { task = nil }
            return task
        }
        task?.cancel()
        try? await task?.value
        await database.close()
    }

    /// Ends it as a crash does: from one moment on it writes nothing down and gives nothing back.
    func kill() async {
        await database.close()
        await stop()
    }
}

/// A clock that can be moved on, as it moves for a process that was stopped.
final class TestClock: Sendable {
    private let offset = Mutex(Duration.zero)

    var now: ContinuousClock.Instant { ContinuousClock.now + offset.withLock { $0 } }

    func jump(by duration: Duration) { offset.withLock { $0 += duration } }
}

extension EventTablesFixture {
    /// How many shards each relay holds, the most first; leases that have ended do not count.
    func shares() async throws -> [Int] {
        try await database.query(
            """
            SELECT count(*) AS n FROM flow.outbox_shard WHERE held_until > now() GROUP BY holder
            ORDER BY n DESC
            """
        ).map { try $0.value("n") }
    }

    /// Many events at once, without spans: `keys` keys in turn, payloads of some hundred bytes.
    func fill(_ count: Int, keys: Int, prefix: String = "key", sequenceFrom first: Int = 1) async throws {
        try await database.execute(
            """
            INSERT INTO flow.outbox (id, topic, type, subject, partition_key, sequence, actor, payload, created_at)
            SELECT gen_random_uuid(), 'todo.events', 'todo.task.updated.v1',
              \(prefix) || '-' || (n % \(keys)::int), \(prefix) || '-' || (n % \(keys)::int),
              \(first)::int + n / \(keys)::int, 'user', '{"text":"' || repeat('x', 500) || '"}', now()
            FROM generate_series(0, \(count)::int - 1) AS n
            """)
    }
}

extension PublishedEvents {
    /// The sequences of each key in the order of their first arrival.
    var firstArrivals: [String: [Int64]] {
        var seen: Set<String> = []
        var arrivals: [String: [Int64]] = [:]
        for event in all where seen.insert(event.id).inserted {
            arrivals[event.partitionKey ?? "", default: []].append(event.sequence ?? 0)
        }
        return arrivals
    }

    /// Takes in a call with one event or with many; entries that `refuses` picks are not noted, and named in the
    /// answer as the sidecar does.
    func answer(
        _ request: TinyHTTPServer.Request, refuses: (CloudEvent) -> Bool = { _ in false }
    ) -> TinyHTTPServer.Reply {
        guard request.path.hasPrefix("/v1.0/publish/bulk/") else {
            guard let event = try? CloudEvent(json: request.body) else { return .respond(204) }
            if refuses(event) {
                return .json(500, #"{"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE","message":"x"}"#)
            }
            note(request)
            return .respond(204)
        }
        let entries =
            (try? JSONSerialization.jsonObject(with: Data(request.body))) as? [[String: Any]] ?? []
        var failed: [String] = []
        for entry in entries {
            guard let body = entry["event"], let bytes = try? JSONSerialization.data(withJSONObject: body),
                let event = try? CloudEvent(json: Array(bytes))
            else { continue }
            if refuses(event) {
                failed.append(#"{"entryId":"\#(event.id)","error":"x"}"#)
            } else {
                note(event)
            }
        }
        guard !failed.isEmpty else { return .respond(204) }
        return .json(
            500,
            #"{"failedEntries":[\#(failed.joined(separator: ","))],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}"#
        )
    }
}
