import OTLP
import Testing

@testable import Traces

@Suite struct LogStoreTests {
    static func record(_ body: String, trace: UInt64? = nil, span: UInt64? = nil, at time: UInt64 = 1)
        -> LogRecord
    {
        var record = LogRecord(
            timeUnixNano: time, severityNumber: 9, severityText: "INFO", body: .string(body))
        record.traceID = trace.map { TraceID(high: 0, low: $0) }
        record.spanID = span.map { SpanID($0) }
        return record
    }

    static func batch(_ service: String, _ records: [LogRecord]) -> [ResourceLogs] {
        [
            ResourceLogs(
                resource: Resource(attributes: [Attribute("service.name", .string(service))]),
                scopeLogs: [ScopeLogs(scope: InstrumentationScope(name: "todo.\(service)"), records: records)]
            )
        ]
    }

    @Test func `lines are found by their trace, in order of time, whoever wrote them`() throws {
        let store = LogStore()
        store.add(Self.batch("audit", [Self.record("second", trace: 7, span: 2, at: 20)]))
        store.add(
            Self.batch(
                "tasks",
                [
                    Self.record("first", trace: 7, span: 1, at: 10), Self.record("other", trace: 8),
                    Self.record("none"),
                ]))
        let logs = store.logs(of: TraceID(high: 0, low: 7))
        #expect(logs.map(\.body) == [.string("first"), .string("second")])
        #expect(logs.map(\.service) == ["tasks", "audit"] && logs.first?.logger == "todo.tasks")
        #expect(logs.last?.spanId == SpanID(2).hex && logs.last?.severity == "INFO")
        #expect(store.logs(of: TraceID(high: 0, low: 9)).isEmpty)
        #expect(store.newest(limit: 2).map(\.body) == [.string("none"), .string("other")])
        #expect(store.newest(limit: 9, service: "audit").map(\.body) == [.string("second")])
    }

    @Test func `the oldest lines go first, and a trace that never ends is cut`() {
        let store = LogStore(limits: LogStore.Limits(records: 2000, recordsPerTrace: 50))
        for number in 0..<10_000 {
            let refused = store.add(
                Self.batch("s", [Self.record("m\(number)", trace: UInt64(number / 40), at: UInt64(number))]))
            #expect(refused == 0)
        }
        #expect(store.count == 2000)
        #expect(store.logs(of: TraceID(high: 0, low: 0)).isEmpty)
        #expect(store.logs(of: TraceID(high: 0, low: 199)).isEmpty)
        #expect(store.logs(of: TraceID(high: 0, low: 249)).map(\.body).last == .string("m9999"))
        #expect(store.logs(of: TraceID(high: 0, low: 200)).count == 40)
        let many = (0..<60).map { Self.record("again \($0)", trace: 249, at: 1) }
        #expect(store.add(Self.batch("s", many)) == 50)
        #expect(store.logs(of: TraceID(high: 0, low: 249)).count == 50)
    }

    @Test func `memory is bounded by bytes as well`() {
        let store = LogStore(limits: LogStore.Limits(bytes: 100_000))
        for _ in 0..<100 { store.add(Self.batch("s", [Self.record(String(repeating: "x", count: 9740))])) }
        #expect(store.count == 10)
    }

    @Test func `lines stand below the span they were written in`() async throws {
        let traces = TraceStore()
        traces.add(SampleTrace.createTask)
        let tree = try #require(await traces.trace(SampleTrace.traceID))
        var record = Self.record("task\u{1B} created", at: SampleTrace.start + 2_500_000)
        record.traceID = SampleTrace.traceID
        record.spanID = SpanID(1)
        record.attributes = [Attribute("todo.task.id", .string("t1"))]
        var stray = record
        stray.spanID = SpanID(99)
        stray.body = .string("stray")
        stray.severityNumber = 17
        let store = LogStore()
        store.add(Self.batch("tasks", [record, stray]))
        let logs = store.logs(of: SampleTrace.traceID)
        let text = TraceTreePrinter(width: 120, color: false).text(of: tree, logs: logs)
        let rows = text.split(separator: "\n")
        let place = try #require(rows.firstIndex { $0.contains("• +2.50 ms INFO task\u{FFFD} created") })
        #expect(rows[place].hasSuffix("todo.task.id=t1"))
        #expect(rows[place - 1].contains(try #require(tree.roots.first).name))
        #expect(text.contains("log lines of spans that are not here:\ntasks: +2.50 ms INFO stray"))
        #expect(!TraceTreePrinter(width: 120, color: false).text(of: tree).contains("•"))
    }

    @Test func `a line of which only the time it was seen is known stands where that says`() {
        let store = LogStore()
        var seen = Self.record("seen", trace: 7, at: 0)
        seen.observedTimeUnixNano = 15
        store.add(
            Self.batch(
                "s", [Self.record("last", trace: 7, at: 20), seen, Self.record("first", trace: 7, at: 10)]))
        #expect(
            store.logs(of: TraceID(high: 0, low: 7)).map(\.body)
                == ["first", "seen", "last"].map { .string($0) })
    }
}
