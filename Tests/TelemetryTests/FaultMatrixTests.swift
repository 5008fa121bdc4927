import CurlHTTP
import Glibc
import OTLP
import Synchronization
import TestSupport
import Testing
import Tracing

@testable import Telemetry

/// The whole way from the tracer to a real server that misbehaves: attempts, waits and counts, exactly.
@Suite(.timeLimit(.minutes(2))) struct FaultMatrixTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var name: String
        var replies: [TinyHTTPServer.Reply]
        var attempts: Int
        var waits: [Duration] = []
        var exported = 3
        /// Lost spans by cause.
        var lost: [String: Int] = [:]
        var timeout: Duration = .seconds(10)
        var testDescription: String { name }
    }

    private static let retries: [Duration] = [
        .seconds(1), .milliseconds(1500), .milliseconds(2250), .milliseconds(3375),
    ]
    private static let ok = TinyHTTPServer.Reply.respond(200)
    private static func answer(_ status: Int, _ headers: HTTPHeaderList = [:], _ body: [UInt8] = [])
        -> TinyHTTPServer.Reply
    {
        .respond(status, headers: headers, body: body)
    }

    static let final = [400, 401, 403, 404, 405, 413, 415, 500, 501].map { status in
        Fault(name: "\(status)", replies: [answer(status)], attempts: 1, exported: 0, lost: ["\(status)": 3])
    }

    static let passing = [429, 502, 503, 504].map { status in
        Fault(
            name: "\(status), then 200", replies: [answer(status), answer(status), ok], attempts: 3,
            waits: Array(retries.prefix(2)))
    }

    static let lasting = [429, 502, 503, 504].map { status in
        Fault(
            name: "\(status) for ever", replies: [answer(status)], attempts: 5, waits: retries, exported: 0,
            lost: ["\(status)": 3])
    }

    static let special = [
        Fault(name: "200", replies: [ok], attempts: 1),
        Fault(name: "204", replies: [answer(204)], attempts: 1),
        Fault(
            name: "200 with a body nobody can read", replies: [answer(200, [:], [0xFF, 0xFF])], attempts: 1),
        Fault(
            name: "200 in part",
            replies: [
                answer(
                    200, [:], TraceCodec.encodeResponse(PartialSuccess(rejectedSpans: 2, errorMessage: "old"))
                )
            ],
            attempts: 1, exported: 1, lost: ["rejected": 2]),
        Fault(
            name: "200 with a warning",
            replies: [
                answer(
                    200, [:],
                    TraceCodec.encodeResponse(PartialSuccess(rejectedSpans: 0, errorMessage: "slow")))
            ],
            attempts: 1),
        Fault(
            name: "429 with seconds", replies: [answer(429, ["Retry-After": "3"]), ok], attempts: 2,
            waits: [.seconds(3)]),
        Fault(
            name: "429 with less than our own wait", replies: [answer(429, ["Retry-After": "0"]), ok],
            attempts: 2,
            waits: [.seconds(1)]),
        // The stopped clock stands at 2026-03-01 09:30:00.
        Fault(
            name: "503 with a date",
            replies: [answer(503, ["Retry-After": "Sun, 01 Mar 2026 09:30:04 GMT"]), ok],
            attempts: 2, waits: [.seconds(4)]),
        Fault(
            name: "503 with a date that has passed",
            replies: [answer(503, ["Retry-After": "Sun, 01 Mar 2026 09:00:00 GMT"]), ok], attempts: 2,
            waits: [.seconds(1)]),
        Fault(
            name: "503 with a wait beyond the time", replies: [answer(503, ["Retry-After": "11"])],
            attempts: 1,
            exported: 0, lost: ["503": 3]),
        Fault(name: "closed without an answer", replies: [.close, ok], attempts: 2, waits: [.seconds(1)]),
        Fault(
            name: "closed in the middle of the head", replies: [.raw(Array("HTTP/1.1 200 O".utf8)), ok],
            attempts: 2,
            waits: [.seconds(1)]),
        Fault(
            name: "no answer in time", replies: [.hang], attempts: 1, exported: 0, lost: ["timeout": 3],
            timeout: .milliseconds(300)),
        Fault(
            name: "an answer of 4 MiB and more",
            replies: [answer(200, [:], [UInt8](repeating: 0, count: (4 << 20) + 1))], attempts: 1,
            exported: 0,
            lost: ["response_too_large": 3]),
        Fault(
            name: "an endless answer",
            replies: [.streamed(200, next: { [UInt8](repeating: 7, count: 1 << 20) })], attempts: 1,
            exported: 0,
            lost: ["response_too_large": 3]),
        Fault(
            name: "no HTTP", replies: [.raw(Array("SSH-2.0-x\r\n\r\n".utf8))], attempts: 1, exported: 0,
            lost: ["protocol_failure": 3]),
    ]

    @Test(arguments: final + passing + lasting + special)
    func `a fault costs exactly the attempts, waits and spans it may`(fault: Fault) async throws {
        let replies = Mutex(fault.replies[...])
        let server = try TinyHTTPServer { _ in
            replies.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .close }
        }
        defer { server.stop() }
        let run = try await export(to: server.address, fault.timeout)
        #expect(server.requests.count == fault.attempts)
        #expect(server.requests.allSatisfy { $0.method == "POST" && $0.path == "/v1/traces" })
        #expect(run.waits == fault.waits)
        #expect(run.counts.exported == fault.exported && run.counts.failed == 3 - fault.exported)
        #expect(run.counts.isConserved && run.counts.queued == 0)
        run.expectMetrics(exported: fault.exported, lost: fault.lost)
    }

    @Test func `a refused connection is tried until the time is up`() async throws {
        let server = try TinyHTTPServer { _ in .close }
        let address = server.address
        server.stop()
        let run = try await export(to: address, .seconds(10))
        #expect(run.waits == Self.retries)
        #expect(run.counts.failed == 3 && run.counts.isConserved)
        run.expectMetrics(exported: 0, lost: ["connection_failed": 3])
    }

    @Test func `a receiver that comes back gets the spans`() async throws {
        let first = try TinyHTTPServer { _ in .close }
        let port = UInt16(first.port)
        first.stop()
        let time = StoppedClock()
        let back = Mutex<TinyHTTPServer?>(nil)
        let pause = Pause { duration in
            try await time.pause(duration)
            if time.pauses.count == 2 {
                let server = try TinyHTTPServer(port: port) { _ in .respond(200) }
                back.withLock { $0 = server }
            }
        }
        let run = try await export(to: "http://127.0.0.1:\(port)", .seconds(10), time, pause)
        #expect(run.counts.exported == 3 && run.counts.isConserved)
        #expect(run.waits == Array(Self.retries.prefix(2)))
        #expect(back.withLock { $0?.requests.count } == 1)
    }

    private struct Run {
        var counts: PipelineCounts
        var waits: [Duration]
        var exposition: String

        func expectMetrics(exported: Int, lost: [String: Int]) {
            let labels =
                "otel_component_name=\"otlp_http_span_exporter/0\",otel_component_type=\"otlp_http_span_exporter\""
            let family = "otel_sdk_exporter_span_exported_total{"
            let expected =
                lost.map { "\(family)error_type=\"\($0)\",\(labels)} \($1)" }
                + ["\(family)\(labels)} \(exported)"]
            let found = exposition.split(separator: "\n").filter { $0.hasPrefix(family) }.map(String.init)
            #expect(found.sorted() == expected.sorted())
            #expect(exposition.contains("otel_sdk_exporter_span_inflight{\(labels)} 0\n"))
            #expect(
                exposition.contains("otel_sdk_span_live{otel_span_sampling_result=\"RECORD_AND_SAMPLE\"} 0\n")
            )
            let started =
                "{otel_span_parent_origin=\"none\",otel_span_sampling_result=\"RECORD_AND_SAMPLE\"} 3\n"
            #expect(exposition.contains("otel_sdk_span_started_total\(started)"))
        }
    }

    private func export(
        to address: String, _ timeout: Duration, _ time: StoppedClock = StoppedClock(), _ pause: Pause? = nil
    ) async throws -> Run {
        let client = HTTPClient()
        let metrics = MetricsRegistry()
        var configuration = OTLPExporterConfiguration()
        configuration.endpoint = address + "/v1/traces"
        configuration.timeout = timeout
        let exporter = OTLPSpanExporter(
            configuration: configuration, transport: CurlExportTransport(client: client), clock: time.clock,
            pause: pause ?? time.pause, jitter: { 1 }, factory: metrics, diagnostics: .silent)
        let processor = BatchSpanProcessor(
            exporter: exporter, limits: BatchLimits(), factory: metrics, pause: .continuous,
            diagnostics: .silent)
        var parts = TelemetryTracer.Parts()
        parts.metrics = SpanMetrics(factory: metrics)
        let tracer = TelemetryTracer(
            resource: plainOrigin.resource, scope: plainOrigin.scope, processor: processor, parts: parts)
        for name in ["1", "2", "3"] { tracer.startSpan(name, context: .topLevel).end() }
        #expect(await processor.forceFlush())
        await client.close()
        return Run(counts: processor.counts(), waits: time.pauses, exposition: metrics.exposition())
    }
}
