import CurlHTTP
import Dapr
import EventFlow
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import MetricsTestKit
import NIOCore
import Postgres
import ServiceLifecycle
import TestSupport
import Tracing

@testable import LocalDapr
@testable import ServiceKit

/// A publisher with its relay, the stand-in, and a consumer of the frame, each with spans of its own name: what an
/// event goes through in the platform, within one process.
struct PropagationRig: Sendable {
    static let topic = "todo.events"
    private static let schema = "flow"

    let spans: SpanMemory
    let metrics: TestMetrics
    let sidecar: SidecarRig
    /// The publisher's app, which also reads the dead letters as events.
    let publisher: TestApp
    let consumer: EventConsumer
    let outbox: Outbox
    let database: PostgresClient

    /// Runs a body while publisher, stand-in and consumer are up.
    static func run(
        tracing: TracingMode = .on, yaml: String = "",
        handler: @escaping EventRoute.Handler = { _, _ in }, _ body: (PropagationRig) async throws -> Void
    ) async throws {
        let (spans, metrics) = (SpanMemory(), TestMetrics())
        let url = try await PrivatePostgres.shared().createDatabase()
        var configuration = try PostgresConfiguration(url: url)
        configuration.maximumConnections = 6
        let database = PostgresClient(configuration)
        try await migrate(database)
        let consumer = EventConsumer(
            group: "audit", schema: schema, routes: [EventRoute(topic: topic, handler: handler)],
            database: database, pubsub: "pubsub", logger: quiet)
        let (port, server) = try await withMetricsFactory(metrics) {
            try await withTracer(spans.tracer("audit")) { try await serve(consumer) }
        }
        let publisher = try TestApp(
            subscriptions: "[\(TestApp.subscription("todo.events.dlq", route: "/dead"))]")
        var policies = Resources.documents(Resources.quickRetries + "\n---\n" + yaml).policies
        policies.tracing = tracing
        let sidecar = try await SidecarRig(
            [.of("tasks", publisher), SidecarConfiguration.App(id: "audit", apiPort: 0, appPort: port)],
            database: url, policies: policies, tracerFor: { spans.tracer("\($0)-sidecar") })
        for app in ["tasks", "audit"] { try await sidecar.waitUntilReady(app) }
        try await body(
            PropagationRig(
                spans: spans, metrics: metrics, sidecar: sidecar, publisher: publisher, consumer: consumer,
                outbox: Outbox(schema: schema, source: "tasks"), database: database))
        try await sidecar.stop()
        await server.stop()
        await database.close()
    }

    /// Publishes as any HTTP client can, untraced itself.
    func publish(
        _ body: String, type: String = "application/json", header: String? = nil, query: String = "",
        path: String = "/v1.0/publish/pubsub/todo.events"
    ) async throws -> Int {
        var headers = [("content-type", type)]
        if let header { headers.append(("traceparent", header)) }
        let target = path + (query.isEmpty ? "" : "?" + query)
        return try await sidecar.call("tasks", "POST", target, headers: headers, body: body).status
    }

    /// A ready event, as our relay sends them, with the trace position given.
    static func event(_ traceparent: String?, id: String = "1") -> String {
        var event = CloudEvent(
            id: id, source: "tasks", type: "a.v1", subject: "task-1", time: "2026-11-21T09:30:00.000Z",
            data: Array("{}".utf8))
        event.traceparent = traceparent
        event.traceid = traceparent
        return String(decoding: event.jsonBytes(), as: UTF8.self)
    }

    /// Leaves an event in the outbox under a span of the publisher, and relays until the body ends.
    func relaying(_ body: () async throws -> Void) async throws {
        try await withTracer(spans.tracer("tasks")) {
            let port = await sidecar.port(of: "tasks")
            var settings = OutboxRelay.Settings()
            settings.pollInterval = .milliseconds(50)
            settings.backoff = .milliseconds(10) ... .milliseconds(50)
            let relay = OutboxRelay(
                outbox: outbox, database: database,
                listening: try PostgresConfiguration(url: sidecar.databaseURL),
                dapr: DaprClient(DaprConfiguration(port: port), http: sidecar.http), logger: Self.quiet,
                settings: settings)
            try await withSpan("POST /api/v1/tasks", context: .topLevel, ofKind: .server) { _ in
                _ = try await database.transaction { try await outbox.append(Self.outgoing, in: $0) }
            }
            let running = Task { try await relay.run() }
            try await body()
            running.cancel()
            _ = try? await running.value
        }
    }

    static var outgoing: OutgoingEvent {
        OutgoingEvent(
            topic: topic, type: "a.v1", subject: "task-1", partitionKey: "task-1", sequence: 1,
            userID: nil, actor: "user", json: Array("{}".utf8))
    }

    private static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    private static func migrate(_ database: PostgresClient) async throws {
        _ = try await Migrator(
            schema: schema,
            migrations: [
                EventTables.outbox(in: schema), EventTables.outboxShards(in: schema),
                EventTables.inbox(in: schema), EventTables.deadLetters(in: schema),
                EventTables.entityVersions(in: schema),
            ]
        ).apply(on: database)
    }

    /// The consumer's routes as the frame serves them, on a free port.
    private static func serve(_ consumer: EventConsumer) async throws -> (port: Int, server: RunningServer) {
        let access = AccessGuard(verifier: nil, appToken: nil)
        let table = RouteTable()
        let router = ServiceRouter(
            access: access, table: table,
            middleware: ObservabilityMiddleware(
                logger: quiet, table: table, requestLimit: 100,
                incoming: IncomingTrace.Reader(
                    deliveries: Set(consumer.subscriptions.map(\.route)), access: access,
                    eventLimit: DaprRoutes.eventLimit, edge: nil)))
        DaprRoutes.add(consumer, to: router)
        let opened = AsyncStream.makeStream(of: Int.self)
        let server = HTTPServer.service(
            "test", host: "127.0.0.1", port: 0, responder: router.buildResponder(), logger: quiet
        ) { channel in opened.continuation.yield(channel.localAddress?.port ?? 0) }
        let group = ServiceGroup(configuration: .init(services: [server], logger: quiet))
        let running = RunningServer(group: group, task: Task { try await group.run() })
        var ports = opened.stream.makeAsyncIterator()
        return (await ports.next() ?? 0, running)
    }
}

/// A server of a test, to be stopped by it.
struct RunningServer: Sendable {
    let group: ServiceGroup
    let task: Task<Void, any Error>

    func stop() async {
        await group.triggerGracefulShutdown()
        _ = try? await task.value
    }
}
