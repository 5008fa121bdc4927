import Synchronization

/// What is measured while a run goes on; one short lock for each request.
final class RunRecorder: Sendable {
    /// The figures of one operation, warm-up excluded.
    struct Operation: Sendable {
        var name: String
        var scenario: String
        var method: String
        var route: String
        var latency = LatencyPair()
        var count = 0
        /// No answer, or a status that blames the server.
        var failed = 0
        /// Answered, but not as the scenario says.
        var unexpected = 0
        /// By status; requests without an answer by their reason.
        var answers: [String: Int] = [:]
    }

    struct State: Sendable {
        var operations: [String: Operation] = [:]
        var all = LatencyPair()
        var timeline: LatencyTimeline
        var log = RequestLog()
        /// How late the generator itself was.
        var generatorLag = LatencyHistogram()
        /// How late requests were sent, for whatever reason.
        var scheduleLag = LatencyHistogram()
        /// Requests since the start, warm-up included.
        var sent = 0
        var failed = 0
        /// When the last request that counts was over.
        var lastEnd = Duration.zero
        /// Since the last look, for the line that shows how it goes.
        var recent = LatencyHistogram()

        /// How long requests that count went on: a platform that lags behind the plan is busy longer than it, and its
        /// throughput is no more than what it did in that time.
        func busy(since begin: Duration, atLeast planned: Duration) -> Duration {
            max(planned, lastEnd - begin)
        }
    }

    private let state: Mutex<State>

    init(length: Duration) {
        state = Mutex(State(timeline: LatencyTimeline(length: length)))
    }

    func record(_ request: SentRequest, generatorLag: Duration) {
        state.withLock { state in
            state.sent += 1
            state.recent.record(request.latency)
            state.log.add(request)
            state.timeline.record(request)
            let isFailed = request.isServerFailure || !request.isExpected
            if isFailed { state.failed += 1 }
            guard request.phase == .measured else { return }
            state.generatorLag.record(generatorLag)
            state.scheduleLag.record(request.sent - request.planned)
            state.lastEnd = max(state.lastEnd, request.end)
            state.all.record(planned: request.planned, sent: request.sent, end: request.end)
            Self.count(
                request,
                in: &state.operations[
                    request.operation,
                    default: Operation(
                        name: request.operation, scenario: request.scenario, method: request.method,
                        route: request.route)])
        }
    }

    private static func count(_ request: SentRequest, in operation: inout Operation) {
        operation.count += 1
        operation.answers[request.status.map(String.init) ?? request.error ?? "none", default: 0] += 1
        if request.isServerFailure {
            // Counts against availability alone, as in the objectives' words.
            operation.failed += 1
            return
        }
        if !request.isExpected { operation.unexpected += 1 }
        operation.latency.record(planned: request.planned, sent: request.sent, end: request.end)
    }

    func recordEvent(delay: Duration, of planned: Duration) {
        state.withLock { $0.timeline.recordEvent(delay: delay, of: planned) }
    }

    /// Everything so far.
    var snapshot: State { state.withLock { $0 } }

    /// How it goes: all so far, and the latencies since the last look.
    func glance() -> (sent: Int, failed: Int, recent: LatencyHistogram) {
        state.withLock { state in
            defer { state.recent = LatencyHistogram() }
            return (state.sent, state.failed, state.recent)
        }
    }
}
