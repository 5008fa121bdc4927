import OTLP
import Testing
import TraceAnalysis

@testable import todo_load

struct ChecksTraceTests {
    private let request = ChecksSketch.request(1, task: "a", events: ["todo.task.created.v1"])

    private func findings(_ spans: [TracedSpan]) -> [String] {
        guard case .read(_, let findings) = SpanTreeCheck().judge(request, spans) else { return ["absent"] }
        return findings.map(\.text)
    }

    @Test func `a created task has its declared form, with or without the generator's own span`() {
        #expect(findings(ChecksSketch.created()) == [])
        let own = ChecksSketch.span(1, below: nil, "POST /api/v1/tasks", .client, of: "load", at: 0...30)
        #expect(findings(ChecksSketch.created() + [own]) == [])
    }

    @Test func `a consumer that is not there is missing`() {
        let spans = ChecksSketch.created().filter { $0.service != "reminders" }
        #expect(
            findings(spans) == [
                "create task: missing: process todo.events of reminders is missing below create todo.events of tasks"
            ])
    }

    @Test func `a consumer below a parent that nobody made is an orphan`() {
        let spans = ChecksSketch.created().map { span in
            var span = span
            if span.service == "audit" { span.span.parentSpanID = SpanID(0xFFFF_FFFF) }
            return span
        }
        #expect(findings(spans).first?.hasPrefix("create task: orphan: process todo.events of audit") == true)
    }

    @Test func `a consumer in a trace of its own is found by the message`() {
        let stray = ChecksSketch.span(
            90, below: nil, "process todo.events", .consumer, of: "audit", at: 0...1,
            ["messaging.message.id": "m1"],
            trace: TraceID(high: 9, low: 9))
        let found = SpanTreeCheck.strays(
            of: "m1", in: [stray], trace: TraceID(high: 9, low: 9), instead: request)
        #expect(found.map(\.traceID) == [TraceID(high: 9, low: 9)])
        #expect(found.first?.text.contains("orphan: process todo.events of audit") == true)
    }

    @Test func `a store that has lost most traces fails the check, a few are forgiven`() {
        let check = SpanTreeCheck()
        let few = (1...10).map {
            (
                ChecksSketch.request($0),
                $0 == 1 ? .absent : SpanTreeCheck.Judgement.read(spans: 3, findings: [])
            )
        }
        #expect(check.result(few).verdict == .passed)
        let many = few.map { ($0.0, SpanTreeCheck.Judgement.absent) }
        #expect(check.result(many).verdict == .failed)
    }

    @Test func `the answer of Tempo's second version is unwrapped`() {
        #expect(TraceSource.firstField(of: [0x0A, 2, 7, 8]) == [7, 8])
        #expect(TraceSource.firstField(of: [0x10, 0x96, 1, 0x0A, 1, 9]) == [9])
        #expect(TraceSource.firstField(of: []) == [])
        #expect(TraceSource.firstField(of: [0x0A, 9, 1]) == nil)
        #expect(TraceSource.firstField(of: [0x0B]) == nil)
        #expect(
            SearchAnswer.read(Array(#"{"traces":[{"traceID":"1f"}]}"#.utf8)) == [TraceID(high: 0, low: 31)])
    }

    @Test func `a sample takes every kind of request, evenly`() {
        let requests =
            (0..<50).map { ChecksSketch.request($0, at: .seconds($0)) }
            + (50..<53).map { ChecksSketch.request($0, "read task", "GET", at: .seconds($0)) }
        let sample = TraceSample.requests(of: ChecksSketch.run(requests), most: 10) { _ in true }
        #expect(sample.map(\.number) == [0, 12, 24, 36, 49, 50, 51, 52])
    }

    @Test func `the packet that slow requests lie on is named, and shares add up`() throws {
        let slow = ChecksSketch.request(1, for: .milliseconds(340), waiting: .milliseconds(20))
        let forest = TraceForest(ChecksSketch.created(slowWrite: 300), outside: [SpanID(1)])
        let explanation = RequestExplanation(slow, forest, ChecksSketch.run([slow]))
        #expect(
            explanation.parts.first
                == .init(what: "INSERT task + COMMIT of tasks, one packet", nanoseconds: 300e6))
        #expect(explanation.parts.reduce(0) { $0 + $1.nanoseconds } == Double(slow.latency.nanoseconds))
        let result = TailCheck().result([explanation], missed: [explanation], of: 1)
        #expect(result.verdict == .passed)
        #expect(
            result.summary.hasPrefix(
                "1 requests missed their objective; 83 % of their time lies on INSERT task"))
        let limits = ResponseLimits(ChecksSketch.run([], [ChecksSketch.slowTasks]).objectives)
        #expect(limits.seconds(for: "/api/v1/tasks/{id}") == 0.2)
        #expect(limits.seconds(for: "/api/v1/tasks/bulk") == nil)
    }

    @Test func `where requests wait for connections, the statements that hold them are named`() {
        let slow = ChecksSketch.request(1, for: .milliseconds(340), waiting: .milliseconds(20))
        let forest = TraceForest(ChecksSketch.created(slowWrite: 300), outside: [SpanID(1)])
        var waiting = RequestExplanation(slow, forest, ChecksSketch.run([slow]))
        #expect(waiting.held["INSERT task of tasks"] == .milliseconds(300))
        #expect(waiting.parts.contains { $0.within == "tasks" })
        waiting.parts = [
            .init(what: "POST /api/v1/tasks of tasks", nanoseconds: 700e6, within: "tasks"),
            .init(what: "SELECT user_settings of tasks", nanoseconds: 300e6),
        ]
        let summary = TailCheck().result([waiting], missed: [waiting], of: 1).summary
        #expect(
            summary.contains(
                "70 % of their time they wait inside tasks, where INSERT task of tasks holds connections longest: 300 ms"
            ), "\(summary)")
        waiting.parts[0].isForConnection = true
        #expect(
            TailCheck().result([waiting], missed: [waiting], of: 1).summary.contains(
                "70 % of their time they wait for a connection inside tasks, where INSERT task of tasks"))
    }
}
