import OTLP
import Testing

@testable import todo_load

struct ThroughputTests {
    private static func plan(_ text: String = "100") throws -> LoadPlan {
        LoadPlan(
            lanes: [
                .init(
                    name: "address", model: .open(try #require(Arrivals(text)), inFlight: 1),
                    mix: ScenarioMix(of: AddressWork()))
            ], users: 1, warmUp: .seconds(2), duration: .seconds(10), drain: .zero, seed: 1)
    }

    /// A thousand requests due within ten seconds, worked off one after the other.
    private static func state(each: Duration, _ plan: LoadPlan) -> RunRecorder.State {
        let recorder = RunRecorder(length: plan.length)
        for number in 0..<1000 {
            let planned = plan.warmUp + .milliseconds(10) * number
            recorder.record(
                SentRequest(
                    number: 0, operation: "address", scenario: "address", phase: .measured, user: "",
                    method: "GET", route: "/", planned: planned, sent: plan.warmUp + each * number,
                    end: plan.warmUp + each * (number + 1), status: 200, error: nil, isExpected: true,
                    traceID: TraceID(high: 1, low: UInt64(number + 1)), spanID: SpanID(1)),
                generatorLag: .zero)
        }
        return recorder.snapshot
    }

    @Test func `a server that lags behind the plan has the throughput that it had`() throws {
        let plan = try Self.plan()
        let slow = AddressFigures(Self.state(each: .milliseconds(50), plan), of: plan, failed: 0)
        #expect(
            slow.table.contains("1\u{202F}000 requests, 20.0/s") && slow.json.contains(#""perSecond":20.000"#)
        )
        let quick = AddressFigures(Self.state(each: .milliseconds(10), plan), of: plan, failed: 0)
        #expect(quick.table.contains("100.0/s"))
    }

    @Test func `every success of an address is one`() {
        var desk = Desk(seed: 1, number: 0)
        let step = AddressWork().nextStep(&desk, now: .zero)
        for status in [200, 201, 204, 206] { #expect(step.isExpected(status)) }
        for status in [302, 404, 500] { #expect(!step.isExpected(status)) }
    }
}
