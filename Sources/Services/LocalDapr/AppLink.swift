import CurlHTTP
import Logging
import Tracing

/// One application together with what its sidecar needs to speak for it.
struct AppLink: Sendable {
    let app: SidecarConfiguration.App
    /// The building blocks that the application sees.
    let components: [ComponentDeclaration]
    /// Those of them that carry events, by name.
    let pubsubs: [String: PubSubComponent]
    /// What the Resiliency documents say for it.
    let resiliency: AppPolicies
    /// What files declare that it subscribes to.
    let declared: [TopicSubscription]
    let tracing: TracingMode
    /// Who may invoke it; `nil` for everybody.
    let access: AccessControl?
    let http: HTTPClient
    let tracer: any Tracer
    let metrics: SidecarMetrics
    let faults: FaultSwitch
    let logger: Logger
    let presence = AppPresence()
    let shutdown = AppShutdown()
    /// How many calls may be under way into the application.
    let calls: CallLimit
    /// What the application or an operator noted about it through `PUT /v1.0/metadata`.
    let extended = ExtendedMetadata()

    /// - Parameter callees: the applications that it may invoke.
    init(
        app: SidecarConfiguration.App, callees: [String], components: [ComponentDeclaration],
        policies: SidecarPolicies, newID: () -> String, http: HTTPClient, tracer: any Tracer,
        faults: FaultSwitch, logger: Logger
    ) {
        let visible = components.filter { $0.isVisible(to: app.id) }
        let pubsubs = visible.compactMap { PubSubComponent($0, appID: app.id, newID: newID()) }
        self.app = app
        self.components = visible
        self.pubsubs = Dictionary(pubsubs.map { ($0.name, $0) }) { first, _ in first }
        resiliency = AppPolicies(
            policies.resiliency, appID: app.id, components: pubsubs.map(\.name), callees: callees)
        declared = policies.subscriptions.filter { $0.isVisible(to: app.id) }.map(\.subscription)
        tracing = policies.tracing
        access = policies.access
        self.http = http
        self.tracer = policies.tracing.tracer(tracer)
        metrics = SidecarMetrics(appID: app.id)
        self.faults = faults
        self.logger = logger
        calls = CallLimit(app.maxConcurrency)
    }

    /// A request to the application itself. Untraced: the sidecar makes its own spans, under its own name.
    func request(
        _ method: String, _ target: String, headers: [(String, String)], body: [UInt8] = [], timeout: Duration
    ) -> HTTPClientRequest {
        var fields = HTTPHeaderList(headers)
        fields["dapr-api-token"] = app.appToken
        var request = HTTPClientRequest(
            method, "http://127.0.0.1:\(app.appPort)\(target)", headers: fields, body: body, timeout: timeout)
        request.isTraced = false
        return request
    }
}
