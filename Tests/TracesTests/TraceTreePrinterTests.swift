import OTLP
import Testing
import Traces

@Suite struct TraceTreePrinterTests {
    private func tree(_ batches: [ResourceSpans]) async throws -> TraceTree {
        let store = TraceStore()
        store.add(batches)
        return try #require(await store.trace(SampleTrace.traceID))
    }

    private func draw(_ batches: [ResourceSpans], width: Int, color: Bool = false) async throws -> String {
        TraceTreePrinter(width: width, color: color).text(of: try await tree(batches))
    }

    @Test func `a wide terminal shows everything`() async throws {
        #expect(
            try await draw(SampleTrace.createTask, width: 120) == """
                Trace 0af7651916cd43dd8448eb211c80319c · 2026-11-21 09:30:00.125 UTC · 48.20 ms · 8 spans · 3 services · 1 error

                service  span                                    kind      duration  0                    24.10 ms              48.20 ms
                gateway  POST /api/v1/tasks                      server    48.20 ms  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
                gateway  └ POST                                  client    34.00 ms      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
                gateway    └ CallLocal/tasks/v1/tasks (sidecar)  client    28.00 ms        ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╸
                tasks        └ POST /api/v1/tasks                server    22.00 ms          ━━━━━━━━━━━━━━━━━━━━━━━╸
                tasks          ├ INSERT tasks                    client     2.50 ms            ╺━━
                tasks          └ create todo.events              producer   0.02 ms                ╺
                audit            └ pubsub/todo.events (sidecar)  client    15.00 ms                                    ╺━━━━━━━━━━━━━━━╸
                audit              └ process todo.events ↗1 ↗2   consumer  10.00 ms                                        ━━━━━━━━━━╸
                                     ✗ AuditError: the row is gone

                ↗1 link to span create todo.events (tasks)
                ↗2 link to trace 00000000000000010000000000000002, span 0000000000000003
                """)
    }

    @Test func `a common terminal has short bars and shortened names`() async throws {
        #expect(
            try await draw(SampleTrace.createTask, width: 80) == """
                Trace 0af7651916cd43dd8448eb211c80319c · 2026-11-21 09:30:00.125 UTC · 48.20 ms
                8 spans · 3 services · 1 error

                service  span                               kind      duration  0       48.20 ms
                gateway  POST /api/v1/tasks                 server    48.20 ms  ━━━━━━━━━━━━━━━━
                gateway  └ POST                             client    34.00 ms   ━━━━━━━━━━━╸
                gateway    └ CallLocal/tasks/v1… (sidecar)  client    28.00 ms   ╺━━━━━━━━━
                tasks        └ POST /api/v1/tasks           server    22.00 ms    ╺━━━━━━━
                tasks          ├ INSERT tasks               client     2.50 ms     ━
                tasks          └ create todo.events         producer   0.02 ms      ╺
                audit            └ pubsub/todo.… (sidecar)  client    15.00 ms            ╺━━━━╸
                audit              └ process todo.e… ↗1 ↗2  consumer  10.00 ms             ╺━━━
                                     ✗ AuditError: the row is gone

                ↗1 link to span create todo.events (tasks)
                ↗2 link to trace 00000000000000010000000000000002, span 0000000000000003
                """)
    }

    @Test func `a narrow terminal keeps the tree and the durations`() async throws {
        #expect(
            try await draw(SampleTrace.createTask, width: 50) == """
                Trace 0af7651916cd43dd8448eb211c80319c
                2026-11-21 09:30:00.125 UTC · 48.20 ms · 8 spans
                3 services · 1 error

                service  span                             duration
                gateway  POST /api/v1/tasks               48.20 ms
                gateway  └ POST                           34.00 ms
                gateway    └ CallLocal/tasks/… (sidecar)  28.00 ms
                tasks        └ POST /api/v1/tasks         22.00 ms
                tasks          ├ INSERT tasks              2.50 ms
                tasks          └ create todo.events        0.02 ms
                audit            └ pubsub/tod… (sidecar)  15.00 ms
                audit              └ process todo… ↗1 ↗2  10.00 ms
                                     ✗ AuditError: the row is gone

                ↗1 link to span create todo.events (tasks)
                ↗2 link to trace 00000000000000010000000000000002…
                """)
    }

    @Test func `branches join siblings, and errors stand between them`() async throws {
        var failed = SampleTrace.span(2, below: 1, "SELECT tasks", .client, at: 1, for: 4)
        failed.status = .error
        failed.events = [
            SpanEvent(
                timeUnixNano: 0, name: "exception",
                attributes: [Attribute("exception.type", .string("Timeout"))])
        ]
        var bare = SampleTrace.span(5, "orphan", at: 9)
        bare.parentSpanID = SpanID(99)
        bare.status = .error
        let batch = SampleTrace.batch(
            "tasks", SampleTrace.span(1, "work", for: 10), failed,
            SampleTrace.span(3, below: 2, "retry", at: 2, for: 2),
            SampleTrace.span(4, below: 1, "rest", at: 6, for: 4), bare)
        #expect(
            try await draw([batch], width: 80) == """
                Trace 0af7651916cd43dd8448eb211c80319c · 2026-11-21 09:30:00.125 UTC · 10.00 ms
                5 spans · 1 service · 2 errors

                service  span                      kind      duration  0                10.00 ms
                tasks    work                      internal  10.00 ms  ━━━━━━━━━━━━━━━━━━━━━━━━━
                tasks    ├ SELECT tasks            client     4.00 ms    ╺━━━━━━━━━╸
                         │ │ ✗ Timeout
                tasks    │ └ retry                 internal   2.00 ms       ━━━━━
                tasks    └ rest                    internal   4.00 ms                 ━━━━━━━━━━
                tasks    orphan (parent not here)  internal   1.00 ms                        ╺━━
                         ✗ error
                """)
    }

    @Test func `colours change nothing else`() async throws {
        let colored = try await draw(SampleTrace.createTask, width: 100, color: true)
        #expect(colored.contains("\u{1B}[38;5;39mgateway\u{1B}[0m"))
        #expect(colored.contains("\u{1B}[1;31m✗ AuditError: the row is gone\u{1B}[0m"))
        let plain = colored.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
        #expect(plain == (try await draw(SampleTrace.createTask, width: 100)))
    }

    @Test func `names cannot drive the terminal`() async throws {
        let text = try await draw(
            [SampleTrace.batch("a\u{7}b", SampleTrace.span(1, "x\u{1B}[2Jy\nz\u{202E}"))], width: 100)
        #expect(!text.contains("\u{1B}"))
        #expect(text.contains("x\u{FFFD}[2Jy\u{FFFD}z\u{FFFD}"))
        #expect(text.split(separator: "\n").count == 3)
    }

    @Test(arguments: [40, 59, 60, 80, 121, 300])
    func `no line is wider than the terminal, however deep the tree`(width: Int) async throws {
        let chain = (1...300 as ClosedRange<UInt64>).map { id in
            var span = SampleTrace.span(id, below: id - 1, "step \(id) of a long way down", at: Double(id))
            if id.isMultiple(of: 50) { span.status = .error }
            return SampleTrace.batch("a-service-with-a-long-name", span)
        }
        for line in try await draw(chain, width: width).split(separator: "\n") {
            #expect(line.count <= width)
        }
    }

    @Test func `a single instant fills the axis`() async throws {
        let text = try await draw([SampleTrace.batch("a", SampleTrace.span(1, "now", for: 0))], width: 80)
        #expect(text.hasSuffix("0.00 ms  " + String(repeating: "━", count: 25)))
    }

    @Test func `times without sense are drawn without a crash`() async throws {
        var early = SampleTrace.span(1, "early")
        early.startTimeUnixNano = 0
        early.endTimeUnixNano = 0
        var late = SampleTrace.span(2, "late")
        late.startTimeUnixNano = .max
        late.endTimeUnixNano = .max
        #expect(try await draw([SampleTrace.batch("a", early, late)], width: 80).contains("late"))
        let wrapping = TraceTree(
            traceId: "x",
            roots: try await tree([SampleTrace.batch("a", early, late)]).roots.map { node in
                var node = node
                node.durationNano = .max
                return node
            })
        #expect(TraceTreePrinter(width: 80, color: false).text(of: wrapping).contains("late"))
    }

    @Test func `an empty tree has a header only`() {
        let text = TraceTreePrinter(color: false).text(of: TraceTree(traceId: "00ab", roots: []))
        #expect(text == "Trace 00ab · 0 spans · 0 services")
    }
}
