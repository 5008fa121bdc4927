/// What the Resiliency documents say about one target: one direction of a component, or an application that is
/// invoked.
struct TargetPolicy: Sendable {
    /// `nil` where nothing is said: as long as it takes.
    var timeout: Duration?
    var retry: RetryRule?
    var breaker: CircuitBreaker?
    /// For metrics: the document it came from.
    var source = ""

    static let none = TargetPolicy()
}

/// The policies that one application's sidecar works by.
struct AppPolicies: Sendable {
    /// Deliveries, by component.
    private(set) var inbound: [String: TargetPolicy] = [:]
    /// Publishing, by component.
    private(set) var outbound: [String: TargetPolicy] = [:]
    /// Invocations, by the application that is called.
    private(set) var apps: [String: TargetPolicy] = [:]

    /// Of two documents about the same target the later one counts. Where none speaks of a component, the
    /// policies named `Default…` do.
    init(_ documents: [ResiliencyDocument], appID: String, components: [String], callees: [String] = []) {
        let visible = documents.filter { $0.scopes.isEmpty || $0.scopes.contains(appID) }
        for component in components {
            inbound[component] = Self.policy(visible, Self.component("Inbound")) { $0.inbound[component] }
            outbound[component] = Self.policy(visible, Self.component("Outbound")) { $0.outbound[component] }
        }
        for app in callees { apps[app] = Self.policy(visible, ["DefaultApp", "Default"]) { $0.apps[app] } }
    }

    /// How the names of standing policies begin, from the most special to the most general.
    private static func component(_ direction: String) -> [String] {
        ["DefaultPubsubComponent\(direction)", "DefaultComponent\(direction)", "Default"]
    }

    func inbound(_ component: String) -> TargetPolicy { inbound[component] ?? .none }
    func outbound(_ component: String) -> TargetPolicy { outbound[component] ?? .none }
    func app(_ id: String) -> TargetPolicy { apps[id] ?? .none }

    private static func policy(
        _ documents: [ResiliencyDocument], _ standing: [String],
        names: (ResiliencyDocument) -> ResiliencyDocument.TargetNames?
    ) -> TargetPolicy {
        for document in documents.reversed() {
            guard let names = names(document) else { continue }
            return TargetPolicy(
                timeout: names.timeout.flatMap { document.timeouts[$0] },
                retry: names.retry.flatMap { document.retries[$0] },
                breaker: names.breaker.flatMap { document.breakers[$0] }.map { CircuitBreaker($0) },
                source: document.name)
        }
        var policy = TargetPolicy()
        for document in documents {
            policy.timeout = standard("Timeout", standing, in: document.timeouts) ?? policy.timeout
            policy.retry = standard("Retry", standing, in: document.retries) ?? policy.retry
            let breaker = standard("CircuitBreaker", standing, in: document.breakers)
            policy.breaker = breaker.map { CircuitBreaker($0) } ?? policy.breaker
            policy.source = document.name
        }
        return policy
    }

    private static func standard<Rule>(
        _ kind: String, _ standing: [String], in rules: [String: Rule]
    ) -> Rule? {
        standing.lazy.compactMap { rules["\($0)\(kind)Policy"] }.first
    }
}
