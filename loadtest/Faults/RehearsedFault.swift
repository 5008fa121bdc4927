/// Something that is broken on purpose on a platform on this machine.
protocol RehearsedFault: Sendable {
    /// Breaks it.
    func inject() async throws(LoadFailure)
    /// Mends it; does no harm where nothing is broken, and is tried whatever happened before.
    func repair() async throws(LoadFailure)
}

/// An alert that must fire, by its name and those labels that matter.
struct ExpectedAlert: Sendable, Equatable {
    var name: String
    var labels: [String: String] = [:]

    func isMet(by labels: [String: String]) -> Bool {
        labels["alertname"] == name && self.labels.allSatisfy { labels[$0.key] == $0.value }
    }

    var words: String {
        let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return pairs.isEmpty ? name : "\(name){\(pairs.joined(separator: ", "))}"
    }
}

/// What a rehearsal is about: the fault, the load beneath it, the alert it must raise and what the alert's runbook must
/// show.
enum FaultKind: String, CaseIterable, Sendable {
    case slowDatabase = "slow-database"
    case deadConsumer = "dead-consumer"
    case brokerOff = "broker-off"
    case slowModel = "slow-model"

    var summary: String {
        switch self {
        case .slowDatabase: "every write to tasks waits in the database"
        case .deadConsumer: "the audit service stands still (SIGSTOP)"
        case .brokerOff: "publishing fails and nothing is delivered"
        case .slowModel: "the assistant's model takes twelve seconds to answer"
        }
    }

    var alert: ExpectedAlert {
        switch self {
        case .slowDatabase:
            .init(name: "SLOErrorBudgetBurn", labels: ["slo": "task-latency", "burnrate_tier": "fast"])
        case .deadConsumer: .init(name: "ServiceDown", labels: ["job": "audit"])
        case .brokerOff: .init(name: "OutboxEventsStuck", labels: ["job": "tasks"])
        case .slowModel:
            .init(name: "SLOErrorBudgetBurn", labels: ["slo": "chat-latency", "burnrate_tier": "fast"])
        }
    }

    /// What the commands of the runbook must show, so that whoever is woken knows the cause.
    var evidence: Evidence {
        switch self {
        case .slowDatabase: .slowSpan(named: ["INSERT task", "UPDATE task"], milliseconds: 250)
        case .deadConsumer: .roleNotReady("audit")
        case .brokerOff: .metric("todo_outbox_oldest_pending_age_seconds", above: 1)
        case .slowModel: .slowSpan(named: ["├ chat ", "└ chat "], milliseconds: 10_000)
        }
    }

    /// Options of the load that goes on meanwhile.
    var load: [String] {
        switch self {
        case .slowModel: ["--users", "8", "--think", "200ms", "--mix", "chat=1", "--rate", "0"]
        case .slowDatabase, .deadConsumer, .brokerOff:
            ["--users", "4", "--think", "300ms", "--mix", "crud=1", "--rate", "0"]
        }
    }
}
