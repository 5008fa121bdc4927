import FoundationEssentials
import Gzip
import OTLP
import Synchronization
import Testing
import Tracing

@testable import Telemetry

@Suite struct SpanExporterTests {
    private let time = StoppedClock()

    private func exporter(
        _ transport: ScriptedTransport, _ change: (inout OTLPExporterConfiguration) -> Void = { _ in }
    ) -> OTLPSpanExporter {
        var configuration = OTLPExporterConfiguration()
        change(&configuration)
        return OTLPSpanExporter(
            configuration: configuration, transport: transport, clock: time.clock, pause: time.pause,
            jitter: { 1 }, factory: MetricsRegistry(), diagnostics: .silent)
    }

    @Test func `gzip is on the wire when it is asked for`() async throws {
        let transport = ScriptedTransport()
        let spans = (0..<100).map { finishedSpan("span \($0)") }
        #expect(await exporter(transport).export(spans).exported == 100)
        #expect(await exporter(transport) { $0.compression = .gzip }.export(spans).exported == 100)
        let requests = transport.requests
        #expect(requests.map { $0.headers.first { $0.0 == "content-encoding" }?.1 } == [nil, "gzip"])
        #expect(requests[1].body.count * 5 < requests[0].body.count)
        #expect(try Gzip.decompress(requests[1].body, limit: 1 << 20) == requests[0].body)
    }

    @Test func `a large batch goes out in parts, each span once`() async throws {
        let transport = ScriptedTransport()
        let spans = (0..<500).map { finishedSpan("\($0)") }
        let outcome = await exporter(transport) { $0.maximumRequestBytes = 4000 }.export(spans)
        #expect(outcome == ExportOutcome(exported: 500))
        #expect(transport.requests.count > 5)
        #expect(transport.requests.allSatisfy { $0.body.count <= 4000 })
        let sent = try transport.requests.flatMap { try TraceCodec.decode($0.body) }.flatMap(\.scopeSpans)
            .flatMap(\.spans).map(\.name)
        #expect(sent == (0..<500).map(String.init))
    }

    @Test func `parts that fail are counted apart from those that do not`() async {
        let transport = ScriptedTransport([
            .answered(status: 413, retryAfter: nil, body: []),
            .answered(status: 200, retryAfter: nil, body: []),
            .answered(status: 400, retryAfter: nil, body: []),
            .answered(status: 200, retryAfter: nil, body: []),
        ])
        let spans = (0..<4).map { finishedSpan("\($0)") }
        let outcome = await exporter(transport) { $0.maximumRequestBytes = 1 }.export(spans)
        #expect(outcome.exported == 2 && outcome.failures == ["413": 1, "400": 1])
    }

    @Test func `a single span too large for any receiver is given up`() async {
        let transport = ScriptedTransport()
        var span = finishedSpan("huge").span
        span.attributes = [Attribute("a", .string(String(repeating: "x", count: 65 << 20)))]
        let outcome = await exporter(transport).export([FinishedSpan(span: span, origin: plainOrigin)])
        #expect(outcome == ExportOutcome(exported: 0, failed: 1, errorType: "request_too_large"))
        #expect(transport.requests.isEmpty)
    }

    @Test func `without a timeout of its own an export still has an end`() async {
        let transport = ScriptedTransport([.answered(status: 503, retryAfter: nil, body: [])])
        #expect(await exporter(transport) { $0.timeout = .zero }.export([finishedSpan("1")]).failed == 1)
        #expect(time.pauses.reduce(.zero, +) < .seconds(3600) && time.pauses.last == .seconds(30))
    }

    @Test func `an export after the shutdown fails`() async {
        let transport = ScriptedTransport()
        let exporter = exporter(transport)
        await exporter.shutdown()
        #expect(await exporter.export([finishedSpan("late")]).failures == ["already_shutdown": 1])
        #expect(transport.requests.isEmpty)
    }

    @Test func `the memory exporter keeps spans up to its capacity`() async {
        let memory = InMemorySpanExporter(capacity: 2)
        let spans = (0..<3).map { finishedSpan("\($0)") }
        #expect(await memory.export(spans) == ExportOutcome(exported: 2, failed: 1, errorType: "memory_full"))
        #expect(memory.spans.map(\.span.name) == ["0", "1"])
        memory.reset()
        #expect(await memory.export(spans.suffix(1)).exported == 1)
        await memory.shutdown()
        #expect(await memory.export(spans).failed == 3 && memory.spans.count == 1)
    }

    @Test func `the console exporter writes one line of JSON a span`() async throws {
        struct Line: Decodable {
            var span: String
            var kind: String
            var trace_id: String
            var parent_span_id: String?
            var duration_ns: Int
            var attributes: [String: String]
        }
        let kept = LinesKeeper()
        let console = ConsoleSpanExporter { _ = kept.output.write($0) }
        var span = finishedSpan("GET \"x\"\n").span
        span.attributes = [Attribute("k\u{0}", .string("v\\"))]
        span.events = [SpanEvent(timeUnixNano: 1, name: "e", attributes: [Attribute("n", .double(.nan))])]
        span.parentSpanID = SpanID(9)
        let plain = finishedSpan("plain")
        #expect(await console.export([FinishedSpan(span: span, origin: plainOrigin), plain]).exported == 2)
        let lines = kept.text.split(separator: "\n")
        try #require(lines.count == 2)
        let first = try JSONDecoder().decode(Line.self, from: Data(lines[0].utf8))
        #expect(first.span == "GET \"x\"\n" && first.attributes == ["k\u{0}": "v\\"])
        #expect(first.parent_span_id == "0000000000000009" && first.duration_ns == 1)
        #expect(try JSONDecoder().decode(Line.self, from: Data(lines[1].utf8)).kind == "internal")
    }

    @Test func `the console is chosen by its variable`() async {
        let kept = LinesKeeper()
        let transport = ScriptedTransport()
        let system = TelemetrySystem(
            configuration: TelemetryConfiguration(
                serviceName: "s", serviceVersion: "1", serviceInstanceID: "i",
                environment: ["OTEL_TRACES_EXPORTER": "console"], files: .none),
            transport: transport, logOutput: kept.output, clock: time.clock, pause: .continuous)
        system.tracer.startSpan("seen", context: .topLevel).end()
        await system.shutdown(within: .seconds(5))
        #expect(kept.text.contains("{\"span\":\"seen\"") && transport.requests.isEmpty)
        #expect(system.spanCounts().exported == 1)
    }
}
