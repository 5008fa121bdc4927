import CurlHTTP
import InMemoryTracing
import Logging
import Postgres
import ServiceLifecycle
import TestSupport
import Tracing

@testable import LocalDapr

/// A running stand-in over a real database, with short periods.
final class SidecarRig: Sendable {
    let databaseURL: String
    let http = HTTPClient()
    let tracer = W3CTestTracer()
    let services: SidecarServices
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let database: PostgresClient
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    static var timing: SidecarTiming {
        var timing = SidecarTiming()
        timing.portPoll = .milliseconds(5)
        timing.presencePoll = .milliseconds(50)
        timing.redelivery = .milliseconds(2)
        timing.drain = .milliseconds(50)
        timing.logFailurePause = .milliseconds(20)
        timing.invokeRetryPause = .milliseconds(5)
        timing.blocks.stateSweep = .milliseconds(20)
        timing.blocks.jobPoll = .milliseconds(100)
        return timing
    }

    /// Ten repetitions in quick succession, then the dead letters.
    static var policies: SidecarPolicies {
        var policies = SidecarPolicies()
        policies.resiliency = Resources.documents(Resources.quickRetries).policies.resiliency
        return policies
    }

    init(
        _ apps: [SidecarConfiguration.App], database url: String? = nil,
        components: [ComponentDeclaration] = LocalDapr.ownComponents, secretScopes: [SecretScope] = [],
        policies: SidecarPolicies = SidecarRig.policies, timing: SidecarTiming = SidecarRig.timing,
        tracerFor: (@Sendable (String) -> any Tracer)? = nil
    ) async throws {
        if let url {
            databaseURL = url
        } else {
            databaseURL = try await PrivatePostgres.shared().createDatabase()
        }
        var configuration = try PostgresConfiguration(ofTest: databaseURL)
        // Many sidecars share the test server's connections.
        configuration.maximumConnections = 4
        database = PostgresClient(configuration)
        _ = try await Migrator(schema: LocalDapr.schema, migrations: LocalDapr.migrations).apply(on: database)
        let tracer = tracer
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        services = try LocalDapr.build(
            configuration: SidecarConfiguration(apps: apps), components: components,
            secretScopes: secretScopes, policies: policies, database: database,
            databaseConfiguration: configuration, http: http, tracerFor: tracerFor ?? { _ in tracer },
            timing: timing,
            logger: logger)
        let group = ServiceGroup(configuration: .init(services: services.services, logger: logger))
        self.group = group
        running = Task { try await group.run() }
    }

    /// Stops as SIGTERM does.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
        await database.close()
        await http.close()
    }

    /// Ends as a kill does, as far as one process can: whatever is under way is cancelled where it stands.
    func tearDown() async {
        running.cancel()
        _ = try? await running.value
        await database.close()
        await http.close()
    }

    /// The port of an application's sidecar, once it listens.
    func port(of app: String) async -> Int { await services.ports.port(of: app) }

    func call(
        _ app: String, _ method: String, _ path: String, headers: [(String, String)] = [], body: String = ""
    ) async throws -> HTTPClientResponse {
        let port = await services.ports.port(of: app)
        var request = HTTPClientRequest(
            method, "http://127.0.0.1:\(port)\(path)", headers: HTTPHeaderList(headers),
            body: Array(body.utf8))
        request.isTraced = false
        return try await http.send(request)
    }

    @discardableResult
    func publish(
        _ text: String, to topic: String, key: String? = nil, from app: String = "a"
    ) async throws -> HTTPClientResponse {
        let query = key.map { "?metadata.partitionKey=\($0)" } ?? ""
        return try await call(
            app, "POST", "/v1.0/publish/pubsub/\(topic)\(query)", headers: [("content-type", "text/plain")],
            body: text)
    }

    /// Returns when the application's subscriptions are known and read.
    func waitUntilReady(_ app: String) async throws {
        while try await call(app, "GET", "/v1.0/healthz").status != 204 { await Task.yield() }
    }

    /// Returns when the sidecar has noticed that its application is gone.
    func waitUntilAway(_ app: String) async throws {
        while try await call(app, "GET", "/v1.0/healthz").status == 204 { await Task.yield() }
    }

    func spans(named prefix: String) -> [String] {
        tracer.memory.finishedSpans.map(\.operationName).filter { $0.hasPrefix(prefix) }
    }
}

extension TinyHTTPServer.Request {
    var event: JSONNode? { JSONReader.read(body) }
    var data: String? { event?["data"]?.text }
}

extension SidecarConfiguration.App {
    /// A sidecar on a free port.
    static func of(
        _ id: String, _ app: TestApp, apiToken: String? = nil, appToken: String? = nil
    ) -> SidecarConfiguration.App {
        SidecarConfiguration.App(
            id: id, apiPort: 0, appPort: app.server.port, apiToken: apiToken, appToken: appToken)
    }
}
