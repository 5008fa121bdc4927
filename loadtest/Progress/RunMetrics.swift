import Synchronization

/// What Prometheus is shown while a run goes on; names and labels are those of the dashboard `todo-load`.
final class RunMetrics: Sendable {
    /// Upper ends of buckets in seconds, as those of the platform's own request durations.
    static let bounds = [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.25, 0.5, 0.75, 1, 2, 2.5, 5, 7.5, 10,
    ]

    struct Buckets: Sendable, Equatable {
        /// The last one is for what is beyond all bounds.
        var counts = [Int](repeating: 0, count: RunMetrics.bounds.count + 1)
        var sum = 0.0

        mutating func record(_ duration: Duration) {
            let seconds = max(0, duration.inSeconds)
            counts[RunMetrics.bounds.firstIndex { seconds <= $0 } ?? RunMetrics.bounds.count] += 1
            sum += seconds
        }
    }

    private struct Scenario {
        var planned = 0
        var failed = 0
        var latency = Buckets()
    }

    private struct State {
        var scenarios: [String: Scenario] = [:]
        var effects = Buckets()
        var lag = CoarseLatencies()
        var lastLag = 0.0
    }

    private let state = Mutex(State())
    private let users: Int

    init(users: Int, scenarios: [String]) {
        self.users = users
        // There from the start, so that the first failure is an increase.
        state.withLock { state in for name in scenarios { state.scenarios[name] = Scenario() } }
    }

    func planned(_ scenario: String) {
        state.withLock { $0.scenarios[scenario, default: Scenario()].planned += 1 }
    }

    func record(_ request: SentRequest) {
        state.withLock { state in
            state.lag.record(request.sent - request.planned)
            state.scenarios[request.scenario, default: Scenario()].latency.record(request.latency)
            if request.isServerFailure || !request.isExpected {
                state.scenarios[request.scenario]?.failed += 1
            }
        }
    }

    func recordEffect(delay: Duration) {
        state.withLock { $0.effects.record(delay) }
    }

    /// The exposition in Prometheus' text format; the lag is that since the last time.
    ///
    /// - Parameter missing: How many effects are overdue.
    /// - Parameter double: How many came twice.
    func text(missing: Int, double: Int) -> String {
        let state = state.withLock { state in
            if let lag = state.lag.percentile(99) { state.lastLag = lag.inSeconds }
            state.lag = CoarseLatencies()
            return state
        }
        let scenarios = state.scenarios.sorted { $0.key < $1.key }
        var page = MetricsPage()
        page.family("todo_load_requests_planned_total", "counter", "Requests that were due, by scenario.")
        for (name, scenario) in scenarios { page.sample(["scenario": name], scenario.planned) }
        page.family(
            "todo_load_requests_failed_total", "counter",
            "Requests without an answer, or with another than the scenario is about.")
        for (name, scenario) in scenarios { page.sample(["scenario": name], scenario.failed) }
        page.family("todo_load_request_duration_seconds", "histogram", "Latency from the planned start.")
        for (name, scenario) in scenarios { page.histogram(["scenario": name], scenario.latency) }
        page.family(
            "todo_load_schedule_lag_seconds", "gauge", "How late requests were sent, p99 since the last look."
        )
        page.sample([:], state.lastLag)
        page.family(
            "todo_load_effect_delay_seconds", "histogram",
            "From a write's answer to its change on the stream.")
        page.histogram([:], state.effects)
        page.family("todo_load_effects_wrong", "gauge", "Effects that are overdue, and that came twice.")
        page.sample(["kind": "missing"], missing)
        page.sample(["kind": "double"], double)
        page.family("todo_load_users", "gauge", "Users of the run.")
        page.sample([:], users)
        return page.text
    }
}

/// Prometheus' text format, family by family.
struct MetricsPage {
    private(set) var text = ""
    private var name = ""

    mutating func family(_ name: String, _ kind: String, _ help: String) {
        self.name = name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
    }

    mutating func sample(
        _ labels: [String: String], _ value: some CustomStringConvertible, suffix: String = ""
    ) {
        let inner = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }.joined(
            separator: ",")
        text += "\(name)\(suffix)\(inner.isEmpty ? "" : "{\(inner)}") \(value)\n"
    }

    mutating func histogram(_ labels: [String: String], _ buckets: RunMetrics.Buckets) {
        var sum = 0
        for (place, count) in buckets.counts.enumerated() {
            sum += count
            var labels = labels
            labels["le"] = place < RunMetrics.bounds.count ? "\(RunMetrics.bounds[place])" : "+Inf"
            sample(labels, sum, suffix: "_bucket")
        }
        sample(labels, buckets.sum, suffix: "_sum")
        sample(labels, sum, suffix: "_count")
    }
}
