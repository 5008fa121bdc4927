/// What a run saw from outside, as objectives are judged by it.
struct ClientView: Sendable {
    var operations: [RunRecorder.Operation]
    var effects: EffectLedger.Outcome
    var toolCalls: (all: Int, failed: Int) = (0, 0)

    /// Latencies of answered requests whose route fits.
    func latency(_ fits: (RunRecorder.Operation) -> Bool) -> LatencyHistogram {
        var sum = LatencyHistogram()
        for operation in operations where fits(operation) { sum.add(operation.latency.corrected) }
        return sum
    }
}
