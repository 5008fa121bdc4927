import OTLP
import Synchronization
import Testing

@testable import Telemetry

@Suite struct OTLPSpanExporterTests {
    private let time = StoppedClock()

    private func exporter(_ transport: ScriptedTransport, factory: MetricsRegistry = MetricsRegistry())
        -> OTLPSpanExporter
    {
        var configuration = OTLPExporterConfiguration()
        configuration.headers = [("x-api-key", "hush")]
        return OTLPSpanExporter(
            configuration: configuration, transport: transport, clock: time.clock, pause: time.pause,
            jitter: { 1 }, factory: factory, diagnostics: .silent)
    }

    private static func answer(_ status: Int, retryAfter: String? = nil, body: [UInt8] = []) -> ExportReply {
        .answered(status: status, retryAfter: retryAfter, body: body)
    }

    private let spans = ["1", "2", "3"].map { finishedSpan($0) }

    @Test func `a batch goes out as one OTLP request`() async throws {
        let transport = ScriptedTransport()
        #expect(await exporter(transport).export(spans) == ExportOutcome(exported: 3))
        let request = try #require(transport.requests.first)
        #expect(request.url == "http://localhost:4318/v1/traces")
        #expect(request.headers.first { $0.0 == "content-type" }?.1 == "application/x-protobuf")
        #expect(request.headers.first { $0.0 == "x-api-key" }?.1 == "hush")
        #expect(
            request.headers.first { $0.0 == "user-agent" }?.1.hasPrefix("OTel-OTLP-Exporter-Swift/") == true)
        let decoded = try TraceCodec.decode(request.body)
        #expect(decoded.map(\.resource) == [plainOrigin.resource])
        #expect(decoded.first?.scopeSpans.first?.spans.map(\.name) == ["1", "2", "3"])
        #expect(transport.requests.count == 1)
    }

    @Test func `no spans make no request`() async {
        let transport = ScriptedTransport()
        #expect(await exporter(transport).export([]) == ExportOutcome(exported: 0))
        #expect(transport.requests.isEmpty)
    }

    @Test(arguments: [200, 202, 204])
    func `every success status is a success, body or not`(status: Int) async {
        let transport = ScriptedTransport([Self.answer(status, body: status == 202 ? [0xFF, 0xFF] : [])])
        #expect(await exporter(transport).export(spans).exported == 3)
    }

    @Test(arguments: [400, 401, 403, 404, 405, 408, 413, 415, 500, 501, 505, 301])
    func `other statuses are final`(status: Int) async {
        let transport = ScriptedTransport([Self.answer(status)])
        let outcome = await exporter(transport).export(spans)
        #expect(outcome == ExportOutcome(exported: 0, failed: 3, errorType: "\(status)"))
        #expect(transport.requests.count == 1)
    }

    @Test(arguments: [429, 502, 503, 504])
    func `busy receivers are asked again`(status: Int) async {
        let transport = ScriptedTransport([Self.answer(status), Self.answer(status), Self.answer(200)])
        #expect(await exporter(transport).export(spans) == ExportOutcome(exported: 3))
        #expect(transport.requests.count == 3)
        #expect(time.pauses == [.seconds(1), .milliseconds(1500)])
    }

    @Test func `a receiver that is away is asked until the time is up`() async {
        let transport = ScriptedTransport([.unreachable("connection_failed")])
        let outcome = await exporter(transport).export(spans)
        #expect(outcome == ExportOutcome(exported: 0, failed: 3, errorType: "connection_failed"))
        #expect(transport.requests.count == 5)
        #expect(time.pauses.reduce(.zero, +) < .seconds(10))
        #expect(transport.requests.last.map { $0.timeout < .seconds(3) } == true)
    }

    @Test func `a late or broken exchange is not repeated`() async {
        let transport = ScriptedTransport([.broken("timeout")])
        #expect(await exporter(transport).export(spans).errorType == "timeout")
        #expect(transport.requests.count == 1)
    }

    @Test func `Retry-After in seconds is honoured`() async {
        let transport = ScriptedTransport([Self.answer(429, retryAfter: "4"), Self.answer(200)])
        #expect(await exporter(transport).export(spans).exported == 3)
        #expect(time.pauses == [.seconds(4)])
    }

    @Test func `a Retry-After beyond the time is not waited for`() async {
        let transport = ScriptedTransport([Self.answer(503, retryAfter: "120"), Self.answer(200)])
        #expect(await exporter(transport).export(spans).errorType == "503")
        #expect(time.pauses.isEmpty)
    }

    @Test func `Retry-After is read as seconds or as a date`() {
        let now: Int64 = 784_111_777
        let table: [(String?, Duration?)] = [
            (nil, nil), ("", nil), ("7", .seconds(7)), (" 7 ", .seconds(7)), ("-1", nil), ("soon", nil),
            ("Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)), ("Sun, 06 Nov 1994 08:49:00 GMT", .zero),
            ("Thu, 29 Feb 1996 00:00:00 GMT", .seconds(825_552_000 - now)),
            ("Sun, 06 Nov 1994 08:49:47 CET", nil), ("Sun, 99 Nov 1994 08:49:47 GMT", nil),
            ("99999999999999999999999", nil),
        ]
        for (text, expected) in table {
            #expect(ExportRetry.retryAfter(text, now: now) == expected, "\(text ?? "absent")")
        }
    }

    @Test func `waits grow, are jittered and end at thirty seconds`() {
        let wait = { (attempt: Int, jitter: Double) in
            ExportRetry.wait(
                afterAttempt: attempt, asked: nil, elapsed: .zero, budget: .seconds(100), jitter: jitter)
        }
        #expect(wait(0, 0) == .milliseconds(500))
        #expect(wait(0, 1) == .seconds(1))
        #expect(wait(2, 1) == .milliseconds(2250))
        #expect(wait(40, 1) == .seconds(30))
    }

    @Test func `what a receiver rejects in part is counted and not repeated`() async {
        let body = TraceCodec.encodeResponse(PartialSuccess(rejectedSpans: 2, errorMessage: "too old"))
        let transport = ScriptedTransport([Self.answer(200, body: body)])
        let metrics = MetricsRegistry()
        let outcome = await exporter(transport, factory: metrics).export(spans)
        #expect(outcome == ExportOutcome(exported: 1, failed: 2, errorType: "rejected"))
        #expect(transport.requests.count == 1)
        #expect(
            metrics.exposition().contains(
                "otel_sdk_exporter_operation_duration_seconds_count{error_type=\"rejected\""))
    }

    @Test(arguments: [(-5, 3), (99, 0)])
    func `absurd counts of a receiver stay within the batch`(rejected: Int64, exported: Int) async {
        let body = TraceCodec.encodeResponse(PartialSuccess(rejectedSpans: rejected, errorMessage: "odd"))
        let transport = ScriptedTransport([Self.answer(200, body: body)])
        let outcome = await exporter(transport).export(spans)
        #expect(outcome.exported == exported && outcome.exported + outcome.failed == 3)
    }

    @Test func `a cancelled export gives up instead of retrying`() async {
        let transport = ScriptedTransport([Self.answer(503)])
        let exporter = exporter(transport)
        let spans = spans
        let export = Task {
            await untilCancelled()
            return await exporter.export(spans)
        }
        export.cancel()
        #expect(await export.value.failed == 3)
        #expect(transport.requests.count == 1)
    }

    @Test func `header values never appear in descriptions`() {
        var configuration = OTLPExporterConfiguration()
        configuration.headers = [("authorization", "Bearer secret")]
        #expect(!"\(configuration)".contains("secret"))
        #expect(!String(reflecting: configuration).contains("secret"))
    }
}
