public import CurlHTTP
public import Dapr
import EventFlow
public import Hummingbird
public import Logging
public import Postgres
public import ServiceLifecycle
import Telemetry
public import Tracing

/// What the frame hands to a role while it is built.
///
/// A role asks for what it needs; what it asks for is checked by `/readyz` and closed in order at the end.
public final class ServiceFrame {
    public let role: ServiceRole
    public let settings: Settings
    public let logger: Logger
    public let http: HTTPClient
    /// What connections to the role's ports may take.
    public let connectionLimits: ConnectionLimits
    let telemetry: TelemetrySystem
    private(set) var checks: [ReadinessCheck] = []
    private(set) var connections: [any Service] = []
    private(set) var verifier: TokenVerifier?
    private var openedDatabase: PostgresClient?
    private var openedSidecar: DaprClient?

    init(
        role: ServiceRole, settings: Settings, telemetry: TelemetrySystem, http: HTTPClient, logger: Logger
    ) throws {
        self.role = role
        connectionLimits = try ConnectionLimits(settings, descriptors: FileDescriptors.raiseLimit())
        self.settings = settings
        self.telemetry = telemetry
        self.http = http
        self.logger = logger
    }

    /// The role's database.
    public func databaseConfiguration() throws -> PostgresConfiguration {
        var configuration = try PostgresConfiguration(url: settings.string(FrameKeys.databaseURL))
        configuration.maximumConnections = try settings.integer(FrameKeys.databaseConnections, in: 1...1000)
        configuration.statementTimeout = try settings.duration(FrameKeys.statementTimeout)
        configuration.applicationName = "todo-\(role.name)"
        return configuration
    }

    /// A pool of connections to the role's database, which becomes a hard dependency.
    public func database() throws -> PostgresClient {
        if let openedDatabase { return openedDatabase }
        let client = PostgresClient(try databaseConfiguration(), logger: logger)
        checks.append(ReadinessCheck("postgresql") { (try? await client.ping()) != nil })
        connections.append(ClosingService { await client.close() })
        openedDatabase = client
        return client
    }

    /// The own sidecar.
    ///
    /// - Parameter isHard: whether the role is useless without it.
    public func sidecar(isHard: Bool = false) throws -> DaprClient {
        if let openedSidecar { return openedSidecar }
        let client = DaprClient(
            DaprConfiguration(
                port: try settings.integer(FrameKeys.daprPort, in: 1...65535),
                apiToken: settings.given(FrameKeys.daprToken),
                pubsubName: try settings.string(FrameKeys.pubsub),
                // Within what the relay's lease allows for one call.
                timeout: .milliseconds(1500)),
            http: http)
        if isHard { checks.append(ReadinessCheck("dapr") { await client.isOutboundHealthy() }) }
        openedSidecar = client
        return client
    }

    /// Accepts the tokens of users and of services.
    ///
    /// - Parameter own: the role's own signer, when it is the one that signs for users. Such a role is the public door,
    ///   so that tokens of services, which are meant for other services, are worth nothing there. Everybody else
    ///   fetches the keys from the gateway by invocation.
    /// - Parameter objection: refuses tokens that are good but withdrawn, where that is known.
    public func acceptTokens(own: TokenSigner? = nil, objection: TokenVerifier.Objection? = nil) async throws
    {
        let keys: TrustedKeys
        if let own {
            keys = TrustedKeys(fetch: nil)
            await keys.add(own.keySet, issuer: own.issuer)
        } else {
            let dapr = try sidecar()
            keys = TrustedKeys { try await GatewayKeyFetch(dapr: dapr).fetch() }
            await keys.add(services: try serviceKeys())
        }
        verifier = TokenVerifier(keys: keys, objection: objection)
    }

    private func serviceKeys() throws -> KeySet {
        let text = try settings.string(FrameKeys.serviceKeys)
        guard let set = try? WireJSON.decode(KeySet.self, from: Array(text.utf8)) else {
            throw ConfigurationError.malformed(FrameKeys.serviceKeys, wanted: "a JSON Web Key Set")
        }
        return set
    }

    /// Adds a hard dependency.
    public func requires(_ check: ReadinessCheck) {
        checks.append(check)
    }

    /// The most bytes a request body may have.
    public func bodyLimit() throws -> Int {
        try settings.integer(FrameKeys.bodyLimit, in: 1024...67_108_864)
    }

    /// A server beside the role's own, for a role with two ports.
    public func server(
        port: Int, responder: some HTTPResponder<BasicRequestContext>
    ) throws -> any Service {
        try HTTPServer.service(
            "service", host: settings.string(FrameKeys.host), port: port, limits: connectionLimits,
            responder: responder, logger: logger)
    }

    /// Tracers that speak for other services of the platform, as the sidecar does for its apps.
    public func tracers(scope: String) -> @Sendable (_ service: String) -> any Tracer {
        let telemetry = telemetry
        return { service in telemetry.tracer(service: service, scope: scope) }
    }
}
