/// One Resiliency document: named policies, and what they are applied to.
struct ResiliencyDocument: Sendable, Equatable {
    var name: String
    var scopes: [String] = []
    var timeouts: [String: Duration] = [:]
    var retries: [String: RetryRule] = [:]
    var breakers: [String: BreakerRule] = [:]
    var inbound: [String: TargetNames] = [:]
    var outbound: [String: TargetNames] = [:]
    var apps: [String: TargetNames] = [:]

    /// The policies of one target, by their names.
    struct TargetNames: Sendable, Equatable {
        var timeout: String?
        var retry: String?
        var breaker: String?
    }

    init(_ document: ResourceNode) throws(ResourceMistake) {
        try document.allow(only: ["apiVersion", "kind", "metadata", "spec", "scopes"])
        name = try document.required("metadata").requiredText("name")
        scopes = try document.texts("scopes")
        let spec = try document.required("spec")
        try spec.allow(only: ["policies", "targets"])
        if let policies = try spec.field("policies") { try readPolicies(policies) }
        guard let targets = try spec.field("targets") else { return }
        try targets.allow(only: ["apps", "components", "actors"])
        for (app, node) in try targets.members("apps") { apps[app] = try names(node) }
        for (component, node) in try targets.members("components") {
            try node.allow(only: ["inbound", "outbound"])
            if let direction = try node.field("inbound") { inbound[component] = try names(direction) }
            if let direction = try node.field("outbound") { outbound[component] = try names(direction) }
        }
    }

    private mutating func readPolicies(_ policies: ResourceNode) throws(ResourceMistake) {
        try policies.allow(only: ["timeouts", "retries", "circuitBreakers"])
        for (name, node) in try policies.members("timeouts") {
            timeouts[name] = try node.duration()
        }
        for (name, node) in try policies.members("retries") { retries[name] = try Self.retry(node) }
        for (name, node) in try policies.members("circuitBreakers") {
            breakers[name] = try Self.breaker(node)
        }
    }

    private static func retry(_ node: ResourceNode) throws(ResourceMistake) -> RetryRule {
        try node.allow(only: ["policy", "duration", "maxInterval", "maxRetries", "matching"])
        var rule = RetryRule()
        let pause = try node.duration("duration")
        let maximum = try node.duration("maxInterval")
        switch try node.text("policy") ?? "constant" {
        case "constant":
            guard maximum == nil else {
                throw try node.required("maxInterval").mistake("has no meaning for a constant policy")
            }
            rule.pacing = .constant(pause ?? RetryRule.standardPause)
        case "exponential":
            guard pause == nil else {
                throw try node.required("duration").mistake("has no meaning for an exponential policy")
            }
            rule.pacing = .exponential(maximum: maximum ?? RetryRule.standardMaximum)
        default: throw try node.required("policy").mistake("must be constant or exponential")
        }
        let retries = try node.number("maxRetries") ?? -1
        rule.retries = retries < 0 ? nil : retries
        guard let matching = try node.field("matching") else { return rule }
        try matching.allow(only: ["httpStatusCodes", "gRPCStatusCodes"])
        guard let codes = RetryRule.statusCodes(in: try matching.text("httpStatusCodes") ?? "") else {
            throw try matching.required("httpStatusCodes").mistake("must be like 429,500-599")
        }
        rule.statusCodes = codes
        return rule
    }

    private static func breaker(_ node: ResourceNode) throws(ResourceMistake) -> BreakerRule {
        try node.allow(only: ["maxRequests", "interval", "timeout", "trip"])
        var rule = BreakerRule()
        rule.probes = max(1, try node.number("maxRequests") ?? rule.probes)
        rule.interval = try node.duration("interval") ?? rule.interval
        rule.timeout = try node.duration("timeout") ?? rule.timeout
        if let trip = try node.field("trip") {
            guard let failures = BreakerRule.failures(in: try trip.text()) else {
                throw trip.mistake("is not supported here; consecutiveFailures > or >= a number is")
            }
            rule.failures = failures
        }
        return rule
    }

    private func names(_ node: ResourceNode) throws(ResourceMistake) -> TargetNames {
        try node.allow(only: [
            "timeout", "retry", "circuitBreaker", "circuitBreakerScope", "circuitBreakerCacheSize",
        ])
        var names = TargetNames()
        names.timeout = try known(node, "timeout", among: timeouts.keys)
        names.retry = try known(node, "retry", among: retries.keys)
        names.breaker = try known(node, "circuitBreaker", among: breakers.keys)
        return names
    }

    private func known(
        _ node: ResourceNode, _ field: String, among names: some Collection<String>
    ) throws(ResourceMistake) -> String? {
        guard let name = try node.text(field), !name.isEmpty else { return nil }
        guard names.contains(name) else {
            throw try node.required(field).mistake("names no policy of this document")
        }
        return name
    }
}
