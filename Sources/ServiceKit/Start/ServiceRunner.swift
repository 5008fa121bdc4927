import CurlHTTP
import Dapr
import EventFlow
import FoundationEssentials
import Hummingbird
import Logging
import Metrics
import ServiceLifecycle
import Telemetry
import Tracing
import UnixSignals

/// Runs one role from the environment to the last exported span.
public struct ServiceRunner: Sendable {
    private let role: ServiceRole
    private let settings: Settings

    /// A runner for a role in an environment.
    public init(role: ServiceRole, environment: [String: String]) {
        self.role = role
        settings = Settings(environment: environment)
    }

    private init(role: ServiceRole, settings: Settings) {
        self.role = role
        self.settings = settings
    }

    /// Runs until SIGTERM, SIGINT, or the end of standard input under a supervisor.
    public func run() async throws {
        let settings = try await SecretSettings(role: role, settings: settings).resolved()
        try await ServiceRunner(role: role, settings: settings).start()
    }

    private func start() async throws {
        let http = HTTPClient()
        let telemetry = TelemetrySystem(configuration: try telemetryConfiguration(), httpClient: http)
        let logger = try bootstrap(telemetry)
        let frame = try ServiceFrame(
            role: role, settings: settings, telemetry: telemetry, http: http, logger: logger)
        let parts = try await role.build(frame)
        let readiness = Readiness(checks: frame.checks)
        var services: [any Service] = [TelemetryService(system: telemetry, http: http)]
        services += frame.connections
        services.append(try adminServer(frame, readiness, parts))
        services += parts.services
        let consumer = try EventConsumption(frame: frame, settings: settings).consumer(of: parts)
        if let consumer {
            services.append(try EventConsumption.upkeep(of: consumer, settings: settings))
            StartingSeries.prepare(for: consumer, in: telemetry.metrics)
        }
        if let server = try publicServer(frame, parts, consumer) { services.append(server) }
        services.append(RuntimeProbes())
        services.append(
            DrainNotice(readiness: readiness, consumer: consumer, onDrain: parts.onDrain, logger: logger))
        if try settings.boolean(FrameKeys.supervised) { StandardInput.stopAtEnd() }
        logger.notice(
            "service starts",
            metadata: ["role": "\(role.name)", "secret_store": "\(settings.secretStore ?? "none")"])
        var group = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(20)
        group.maximumCancellationDuration = .seconds(10)
        try await ServiceGroup(configuration: group).run()
    }

    private func telemetryConfiguration() throws -> TelemetryConfiguration {
        var configuration = TelemetryConfiguration(
            serviceName: role.name, serviceVersion: try settings.string(FrameKeys.version),
            serviceInstanceID: UUID().uuidString.lowercased(), environment: settings.environment)
        if let text = settings.given(FrameKeys.logLevel) {
            guard let levels = LogLevels(text) else {
                throw ConfigurationError.malformed(
                    FrameKeys.logLevel, wanted: "a log level, or a list such as info,todo.tasks=debug")
            }
            configuration.logLevels = levels
        }
        switch try settings.string(FrameKeys.logFormat).lowercased() {
        case "auto": configuration.logStyle = .automatic
        case "json": configuration.logStyle = .json
        case "text": configuration.logStyle = .readable(isColored: false)
        default: throw ConfigurationError.malformed(FrameKeys.logFormat, wanted: "auto, json or text")
        }
        configuration.logRepetitions = try settings.integer(FrameKeys.logRepetitions, in: 0...1_000_000)
        return configuration
    }

    private func bootstrap(_ telemetry: TelemetrySystem) throws -> Logger {
        LoggingSystem.bootstrap { telemetry.makeLogHandler(label: $0) }
        telemetry.flushLogsOnCrash()
        MetricsSystem.bootstrap(telemetry.metrics)
        InstrumentationSystem.bootstrap(telemetry.tracer)
        return Logger(label: "todo.\(role.name)")
    }

    private func adminServer(
        _ frame: ServiceFrame, _ readiness: Readiness, _ parts: ServiceParts
    ) throws -> any Service {
        HTTPServer.service(
            "admin", host: try settings.string(FrameKeys.host),
            port: try settings.integer(role.adminPort, in: 1...65535),
            limits: frame.connectionLimits.forOperators,
            responder: AdminRoutes.responder(
                metrics: frame.telemetry.metrics, readiness: readiness, addOwn: parts.adminRoutes),
            logger: Logger(label: "todo.admin"))
    }

    private func publicServer(
        _ frame: ServiceFrame, _ parts: ServiceParts, _ consumer: EventConsumer?
    ) throws -> (any Service)? {
        guard let routes = parts.routes else { return nil }
        let access = AccessGuard(verifier: frame.verifier, appToken: settings.given(FrameKeys.appToken))
        let table = RouteTable()
        let broadcasts = try EventConsumption(frame: frame, settings: settings).broadcasts(of: parts)
        let router = ServiceRouter(
            access: access, table: table,
            middleware: ObservabilityMiddleware(
                logger: frame.logger, table: table,
                requestLimit: try settings.integer(FrameKeys.requestLimit, in: 1...1_000_000),
                headers: parts.headers,
                incoming: IncomingTrace.Reader(
                    deliveries: Set(
                        ((consumer?.subscriptions ?? []) + (broadcasts?.subscriptions ?? [])).map(\.route)),
                    access: access,
                    eventLimit: DaprRoutes.eventLimit,
                    edge: parts.isPublic
                        ? EdgeSampling(sampler: frame.telemetry.tracer.sampler, verifier: frame.verifier)
                        : nil,
                    callbacks: parts.callbacks)),
            compression: parts.compressesBelow.map { AnswerCompression(prefix: $0) }, limit: parts.rateLimit)
        DaprRoutes.add(consumer, broadcasts: broadcasts, to: router)
        if let consumer { DeadLetterRoutes(letters: DeadLetters(of: consumer)).add(to: router) }
        parts.callbacks.add(to: router, logger: frame.logger)
        routes(router)
        return HTTPServer.service(
            "service", host: try settings.string(FrameKeys.host),
            port: try settings.integer(role.port, in: 1...65535), limits: frame.connectionLimits,
            responder: router.buildResponder(), logger: frame.logger)
    }
}
