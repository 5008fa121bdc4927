import OTLP
import ServiceObjectives
import Testing

@testable import todo_load

struct RunRecordTests {
    @Test func `latency counts from the plan, and the naive one from the sending`() {
        let request = SentRequest(
            number: 1, operation: "create task", scenario: "crud", phase: .measured, user: "u",
            method: "POST",
            route: "/api/v1/tasks", planned: .milliseconds(100), sent: .milliseconds(1900),
            end: .milliseconds(1902), status: 201, error: nil, isExpected: true,
            traceID: TraceID(high: 1, low: 2), spanID: SpanID(3))
        #expect(request.latency == .milliseconds(1802) && request.naiveLatency == .milliseconds(2))
        #expect(!request.isServerFailure && !request.isAcknowledgedWrite)
    }

    @Test func `instants of a run become the time of day`() {
        let run = RunRecord(
            runID: "r", startUnixNano: 1_000_000_000, measured: .zero ..< .seconds(1), requests: [],
            objectives: ServiceObjectives(periodDays: 30, objectives: []))
        #expect(run.unixNano(.milliseconds(1500)) == 2_500_000_000)
    }
}
