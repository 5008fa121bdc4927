import CurlHTTP
import Foundation
import LocalDapr
import Logging
import OTLP
import Postgres
import ServiceLifecycle
import Telemetry
import TestSupport

/// A sidecar to be asked, with the double of its app: the stand-in in this process, or a real daprd that
/// `DAPR_HTTP_ENDPOINT` names.
struct Bench: Sendable {
    static let appID = "conformance"

    let endpoint: String
    let metricsEndpoint: String?
    let apiToken: String?
    let appToken: String?
    let double: AppDouble
    let http = HTTPClient()

    /// What rows write in braces.
    var names: [String: String] {
        [
            "app": Self.appID, "pubsub": "conformance-pubsub", "retry": "conformance-retry",
            "state": "conformance-state", "secrets": "conformance-secrets", "appToken": appToken ?? "",
        ]
    }

    var isStandIn: Bool { Self.realEndpoint == nil }

    private static let environment = ProcessInfo.processInfo.environment
    private static let realEndpoint = environment["DAPR_HTTP_ENDPOINT"].flatMap { $0.isEmpty ? nil : $0 }

    /// Whether the sidecar that is asked can have this kind of tracing: a real one has the one it was started with.
    static func offers(_ tracing: Row.Tracing) -> Bool {
        realEndpoint == nil || (environment["CONFORMANCE_TRACING"] ?? "on") == tracing.rawValue
    }

    fileprivate static func make(_ tracing: Row.Tracing) async throws -> Bench {
        guard let endpoint = realEndpoint else { return try await standIn(tracing) }
        let port = environment["CONFORMANCE_APP_PORT"].flatMap { UInt16($0) } ?? 6001
        return Bench(
            endpoint: endpoint, metricsEndpoint: environment["CONFORMANCE_METRICS_ENDPOINT"],
            apiToken: environment["DAPR_API_TOKEN"], appToken: environment["APP_API_TOKEN"],
            double: try AppDouble(port: port))
    }

    /// The stand-in with the files that a real daprd is given.
    private static func standIn(_ tracing: Row.Tracing) async throws -> Bench {
        let url = try await PrivatePostgres.shared().createDatabase()
        var database = try PostgresConfiguration(ofTest: url)
        database.maximumConnections = 6
        let client = PostgresClient(database)
        _ = try await Migrator(schema: LocalDapr.schema, migrations: LocalDapr.migrations).apply(on: client)
        let double = try AppDouble(port: 0)
        let port = try FreePorts.one()
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Resources")
        let files = try configured(folder, tracing)
        defer { try? FileManager.default.removeItem(atPath: files) }
        let resources = try SidecarResources.read(
            folder: files,
            environment: [
                "TODO_KAFKA_BROKERS": "localhost:9092", "DATABASE_URL": url,
                "CONFORMANCE_SECRETS": folder.appending(path: "secrets.json").path,
            ])
        let app = SidecarConfiguration.App(
            id: appID, apiPort: port, appPort: double.server.port, apiToken: "api-secret",
            appToken: "app-secret")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let services = try LocalDapr.build(
            configuration: SidecarConfiguration(apps: [app]), components: resources.components,
            policies: resources.policies, database: client, databaseConfiguration: database,
            http: HTTPClient(),
            tracerFor: { service in
                TelemetryTracer(
                    resource: Resource(attributes: [Attribute("service.name", .string(service))]),
                    scope: InstrumentationScope(name: "sidecar", version: ""),
                    processor: DiscardingSpanProcessor())
            }, logger: logger)
        let group = ServiceGroup(configuration: .init(services: services.services, logger: logger))
        // Lives as long as the test run; its database goes with it.
        Task { try await group.run() }
        return Bench(
            endpoint: "http://127.0.0.1:\(port)", metricsEndpoint: nil, apiToken: app.apiToken,
            appToken: app.appToken, double: double)
    }

    /// The files in a folder of their own, with a Configuration beside them, as `daprd --config` names one.
    private static func configured(_ folder: URL, _ tracing: Row.Tracing) throws -> String {
        let copy = FileManager.default.temporaryDirectory.appending(
            path: "conformance-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: folder.appending(path: "conformance.yaml"), to: copy.appending(path: "conformance.yaml"))
        let spec =
            switch tracing {
            case .on: #"{tracing: {samplingRate: "1"}}"#
            case .unconfigured: "{}"
            case .off: #"{tracing: {samplingRate: "0"}}"#
            }
        let configuration = """
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: {name: conformance}
            spec: \(spec)
            """
        try Data(configuration.utf8).write(to: copy.appending(path: "configuration.yaml"))
        return copy.path
    }

    fileprivate func waitUntilReady() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let answer = try? await http.send(HTTPClientRequest("GET", endpoint + "/v1.0/healthz"))
            if answer?.status == 204 { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw NotReady()
    }

    struct NotReady: Error, CustomStringConvertible {
        var description: String { "the sidecar was not ready within a minute: GET /v1.0/healthz" }
    }
}

/// One bench for each kind of tracing, made when it is first needed.
actor Benches {
    static let shared = Benches()
    private var made: [Row.Tracing: Task<Bench, any Error>] = [:]

    func bench(_ tracing: Row.Tracing) async throws -> Bench {
        if let task = made[tracing] { return try await task.value }
        let task = Task {
            let bench = try await Bench.make(tracing)
            try await bench.waitUntilReady()
            return bench
        }
        made[tracing] = task
        return try await task.value
    }
}
