import CurlHTTP
import Dapr
import EventFlow
import Logging
import Postgres
import Synchronization
import TestSupport

/// A database with the tables of outbox and inbox, and a sidecar that is a script.
struct EventTablesFixture: Sendable {
    static let schema = "flow"

    let url: String
    let database: PostgresClient

    init() async throws {
        url = try await PrivatePostgres.shared().createDatabase()
        database = PostgresClient(try PostgresConfiguration(ofTest: url))
        let effects = Migration(
            name: "T0001_effect",
            sql: "CREATE TABLE flow.effect (subject text NOT NULL CHECK (subject <> 'bad'));")
        _ = try await Migrator(
            schema: Self.schema,
            migrations: [
                EventTables.outbox(in: Self.schema), EventTables.outboxShards(in: Self.schema),
                EventTables.inbox(in: Self.schema), EventTables.deadLetters(in: Self.schema),
                EventTables.entityVersions(in: Self.schema), effects,
            ]
        ).apply(on: database)
    }

    var outbox: Outbox { Outbox(schema: Self.schema, source: "tasks") }

    /// Leaves an event in a transaction of its own.
    func append(subject: String, sequence: Int64, key: String? = nil) async throws {
        let event = OutgoingEvent(
            topic: "todo.events", type: "todo.task.created.v1", subject: subject,
            partitionKey: key ?? subject,
            sequence: sequence, userID: "user-1", actor: "user", json: Array(#"{"n":1}"#.utf8))
        _ = try await database.transaction { try await outbox.append(event, in: $0) }
    }

    /// A relay towards a sidecar on a port; quick to try again.
    func relay(to port: Int, http: HTTPClient) throws -> OutboxRelay {
        var settings = OutboxRelay.Settings()
        settings.pollInterval = .milliseconds(50)
        settings.backoff = .milliseconds(10) ... .milliseconds(50)
        return OutboxRelay(
            outbox: outbox, database: database, listening: try PostgresConfiguration(ofTest: url),
            dapr: DaprClient(DaprConfiguration(port: port), http: http), logger: Logger(label: "test"),
            settings: settings)
    }

    /// A consumer of `todo.events` that leaves a row for each event's subject.
    func consumer(
        group: String = "audit", contract: (any EventContract)? = nil,
        settings: EventConsumer.Settings = .init(), _ handler: EventRoute.Handler? = nil
    ) -> EventConsumer {
        let record: EventRoute.Handler = { event, transaction in
            try await transaction.execute(
                "INSERT INTO flow.effect (subject) VALUES (\(event.envelope.subject ?? ""))")
        }
        return EventConsumer(
            group: group, schema: Self.schema,
            routes: [EventRoute(topic: "todo.events", types: ["a.v1"], handler: handler ?? record)],
            database: database, pubsub: "pubsub", contract: contract, settings: settings,
            logger: Logger(label: "test"))
    }

    /// An envelope as the sidecar delivers it.
    static func event(
        _ id: String = "1", type: String = "a.v1", source: String = "tasks", subject: String = "task-1",
        sequence: Int64? = nil, traceparent: String? = nil, data: String = "{}"
    ) -> [UInt8] {
        var event = CloudEvent(
            id: id, source: source, type: type, subject: subject, time: "2026-11-21T09:30:00.000Z",
            partitionKey: subject, sequence: sequence, data: Array(data.utf8))
        event.traceparent = traceparent
        return event.jsonBytes()
    }

    func count(_ table: String, where condition: String = "true") async throws -> Int {
        let rows = try await database.query(
            "SELECT count(*) AS n FROM flow.\(unescaped: table) WHERE \(unescaped: condition)")
        return try rows.first?.value("n") ?? 0
    }

    /// Asks until the answer is the one hoped for; the caller's expectation then says whether it came.
    func eventually(_ isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !isSo(), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

/// What a scripted sidecar was given, in order.
final class PublishedEvents: Sendable {
    private let events = Mutex<[CloudEvent]>([])

    var all: [CloudEvent] { events.withLock { $0 } }

    func note(_ request: TinyHTTPServer.Request) {
        guard let event = try? CloudEvent(json: request.body) else { return }
        note(event)
    }

    func note(_ event: CloudEvent) {
        events.withLock { $0.append(event) }
    }
}
