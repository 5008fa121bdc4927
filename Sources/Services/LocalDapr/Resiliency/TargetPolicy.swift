/// What the Resiliency documents say about one direction of one component, for one application.
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

    /// Of two documents about the same target the later one counts. Where none speaks of a component, the
    /// policies named `Default…` do.
    init(_ documents: [ResiliencyDocument], appID: String, components: [String]) {
        let visible = documents.filter { $0.scopes.isEmpty || $0.scopes.contains(appID) }
        for component in components {
            inbound[component] = Self.policy(visible, direction: "Inbound") { $0.inbound[component] }
            outbound[component] = Self.policy(visible, direction: "Outbound") { $0.outbound[component] }
        }
    }

    func inbound(_ component: String) -> TargetPolicy { inbound[component] ?? .none }
    func outbound(_ component: String) -> TargetPolicy { outbound[component] ?? .none }

    private static func policy(
        _ documents: [ResiliencyDocument], direction: String,
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
            policy.timeout = standard("Timeout", direction, in: document.timeouts) ?? policy.timeout
            policy.retry = standard("Retry", direction, in: document.retries) ?? policy.retry
            let breaker = standard("CircuitBreaker", direction, in: document.breakers)
            policy.breaker = breaker.map { CircuitBreaker($0) } ?? policy.breaker
            policy.source = document.name
        }
        return policy
    }

    /// From the most special name to the most general one.
    private static func standard<Rule>(_ kind: String, _ direction: String, in rules: [String: Rule]) -> Rule?
    {
        let names = [
            "DefaultPubsubComponent\(direction)\(kind)Policy", "DefaultComponent\(direction)\(kind)Policy",
            "Default\(kind)Policy",
        ]
        return names.lazy.compactMap { rules[$0] }.first
    }
}
