import Metrics

/// What an archive counts.
struct ArchiveMetrics: Sendable {
    /// Why spans are not on disk.
    enum Reason: String, CaseIterable, Sendable {
        case queueFull = "queue_full"
        case disk
    }

    private let counters: [Reason: Counter]

    init() {
        counters = Dictionary(
            uniqueKeysWithValues: Reason.allCases.map { reason in
                (reason, Counter(label: "todo.traces.unwritten", dimensions: [("reason", reason.rawValue)]))
            })
        for counter in counters.values { counter.increment(by: 0) }
    }

    func dropped(_ spans: Int, _ reason: Reason) { counters[reason]?.increment(by: spans) }
}
