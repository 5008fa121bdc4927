// The local stand-in for Dapr: one process that answers, for every application of the platform, the part of
// the sidecar's HTTP API that the applications use.
//
// Why it exists: the platform must run on a machine without Docker, Kubernetes or a broker, and the services
// must not notice. So every answer, envelope field, header and span here is what the real sidecar would give,
// quirks included, and nothing is offered that it would not.
//
// How it is built:
// - each application has a listener, a token, a tracer and a watcher of its own; they share only the log
// - the log (Log/) is the broker: partitions by key, gapless offsets, consumer groups, all in PostgreSQL, so
//   that "accepted" means committed and a kill at any instant loses nothing
// - delivery (Delivery/) is one loop per application, topic and partition; order is kept by never running
//   ahead
// - what files declare (Resources/) becomes values before anything runs: components, subscriptions, scopes,
//   policies for failures, tracing, access; a mistake in them ends the start
// - a fault switch (Faults/) on the admin port lets people rehearse a broker that is away
// - spans carry the application's id as service name, because the real sidecars report under it
//
// Rejected: an in-memory broker (loses events on restart, so nothing learned here would hold in production),
// and a special path in the services for local runs (then the tested path is not the shipped one).

public import CurlHTTP
import FoundationEssentials
public import Hummingbird
public import Logging
public import Postgres
public import ServiceKit
public import ServiceLifecycle
public import Tracing

/// The entry of the stand-in.
public enum LocalDapr {
    /// The schema that the migrations fill.
    public static let schema = "broker"

    /// The tables of the event log, in order.
    public static let migrations: [Migration] = [
        Migration(
            name: "M0001_event_log",
            sql: String(decoding: PackageResources.M0001_event_log_sql, as: UTF8.self)),
        Migration(
            name: "M0010_state", sql: String(decoding: PackageResources.M0010_state_sql, as: UTF8.self)),
        Migration(name: "M0011_job", sql: String(decoding: PackageResources.M0011_job_sql, as: UTF8.self)),
    ]

    /// What there is when no files declare anything: the broker.
    public static let ownComponents = [ComponentDeclaration(name: "pubsub", type: "pubsub.local")]

    /// Puts the whole stand-in together; nothing runs yet. The schema must have been migrated.
    ///
    /// - Parameters:
    ///   - components: the building blocks that applications may call; each sees those in whose scopes it is.
    ///   - secretScopes: which secrets applications may read, besides what the policies say of it.
    ///   - policies: what files say about retries, tracing, subscriptions and access.
    ///   - databaseConfiguration: for the one connection of its own that hears notifications.
    ///   - tracerFor: the tracer whose spans carry the given app-id as service name.
    public static func build(
        configuration: SidecarConfiguration,
        components: [ComponentDeclaration] = ownComponents,
        secretScopes: [SecretScope] = [],
        policies: SidecarPolicies = SidecarPolicies(),
        database: PostgresClient,
        databaseConfiguration: PostgresConfiguration,
        http: HTTPClient,
        tracerFor: @Sendable (String) -> any Tracer,
        timing: SidecarTiming = SidecarTiming(),
        limits: ConnectionLimits = ConnectionLimits(),
        logger: Logger
    ) throws(LocalDaprError) -> SidecarServices {
        let signals = AppendSignals()
        let log = EventLog(database: database, signals: signals)
        let ports = ListenerPorts()
        let faults = FaultSwitch(appIDs: configuration.apps.map(\.id), logger: logger)
        let links = configuration.apps.map { app in
            var logger = logger
            logger[metadataKey: "dapr.app_id"] = "\(app.id)"
            let link = AppLink(
                app: app, callees: configuration.apps.map(\.id), components: components, policies: policies,
                newID: { UUID().uuidString.lowercased() }, http: http, tracer: tracerFor(app.id),
                faults: faults, logger: logger)
            link.metrics.loaded(
                components: link.components.count, resiliencyDocuments: policies.resiliency.count)
            return link
        }
        let linksByID = Dictionary(links.map { ($0.app.id, $0) }) { first, _ in first }
        let blocks = try BuildingBlocks.each(
            links, database: database, secretScopes: secretScopes + policies.secretScopes, timing: timing)
        let listeners = zip(links, blocks).map { link, blocks in
            let door = BrokerDoor(link: link, log: log)
            let responder = SidecarResponder(
                link: link, log: log, publish: PublishRoute(link: link, door: door),
                publishBulk: BulkPublishRoute(link: link, door: door),
                invoke: InvokeRoute(caller: link, links: linksByID, timing: timing), blocks: blocks)
            return SidecarListener(
                host: configuration.host ?? "127.0.0.1", responder: responder, ports: ports,
                limits: limits, logger: link.logger)
        }
        let watchers = links.map { AppWatcher(link: $0, log: log, signals: signals, timing: timing) }
        // A service group stops from the end: first no new deliveries, last the API that handlers still call.
        let services: [any Service] =
            listeners + [
                AppendListener(configuration: databaseConfiguration, signals: signals),
                RetentionSweep(log: log, timing: timing, logger: logger),
            ] + watchers
            + BuildingBlocks.services(of: blocks, database: database, timing: timing, logger: logger)
        return SidecarServices(
            services: services, log: log, ports: ports, links: linksByID, faults: faults)
    }
}

/// What runs, and whether it can do its work.
public struct SidecarServices: Sendable {
    /// To be run in one service group, in this order.
    public let services: [any Service]

    let log: EventLog
    let ports: ListenerPorts
    let links: [String: AppLink]
    let faults: FaultSwitch

    /// Routes for the admin port: the fault switch.
    public func addAdminRoutes(to router: Router<BasicRequestContext>) {
        FaultRoutes(faults: faults).add(to: router)
    }

    /// The stand-in's own hard dependencies; applications that are away do not make it unready.
    public func readiness() async -> [String: Bool] {
        let areOpen = links.allSatisfy { ports.isOpen($0.key) || $0.value.shutdown.isRequested }
        return ["database": await log.isReachable(), "listeners": areOpen]
    }
}
