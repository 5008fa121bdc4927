import CurlHTTP
import OTLP
import Synchronization
import TestSupport
import Testing
import Tracing

@testable import Telemetry

/// Started, ended and what became of the ended ones add up exactly, whatever the receiver does.
@Suite(.timeLimit(.minutes(2))) struct ConservationTests {
    private func limits(queue: Int, batch: Int) -> BatchLimits {
        var limits = BatchLimits()
        limits.queueSize = queue
        limits.batchSize = batch
        return limits
    }

    private func tracer(
        _ processor: any SpanProcessor, _ metrics: MetricsRegistry, _ sampler: Sampler = .alwaysOn
    ) -> TelemetryTracer {
        var parts = TelemetryTracer.Parts()
        parts.metrics = SpanMetrics(factory: metrics)
        parts.sampler = sampler
        return TelemetryTracer(
            resource: plainOrigin.resource, scope: plainOrigin.scope, processor: processor, parts: parts)
    }

    /// The sum of a family's samples whose labels contain a text.
    private func sum(_ exposition: String, _ family: String, _ label: String = "") -> Int {
        exposition.split(separator: "\n").filter { $0.hasPrefix(family + "{") && $0.contains(label) }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.map { Int($0) }.reduce(0, +)
    }

    @Test(arguments: [1.0, 0.1, 0.0])
    func `under load with a receiver of all moods every span is somewhere`(ratio: Double) async throws {
        let count = Mutex(0)
        let received = Mutex(0)
        let server = try TinyHTTPServer { request in
            let spans =
                (try? TraceCodec.decode(request.body))?.flatMap(\.scopeSpans).flatMap(\.spans).count ?? 0
            let turn = count.withLock { count in
                count += 1
                return count % 7
            }
            switch turn {
            case 0: return .respond(400)
            case 1: return .respond(503)
            case 2: return .close
            case 3:
                received.withLock { $0 += spans - min(spans, 2) }
                return .respond(
                    200,
                    body: TraceCodec.encodeResponse(
                        PartialSuccess(rejectedSpans: Int64(min(spans, 2)), errorMessage: "two")))
            default:
                received.withLock { $0 += spans }
                return .respond(200)
            }
        }
        defer { server.stop() }
        let client = HTTPClient()
        let metrics = MetricsRegistry()
        let time = StoppedClock()
        var configuration = OTLPExporterConfiguration()
        configuration.endpoint = server.address
        configuration.compression = .none
        let exporter = OTLPSpanExporter(
            configuration: configuration, transport: CurlExportTransport(client: client), clock: time.clock,
            pause: time.pause, jitter: { 0.5 }, factory: metrics, diagnostics: .silent)
        let processor = BatchSpanProcessor(
            exporter: exporter, limits: limits(queue: 200, batch: 50), factory: metrics, pause: .continuous,
            diagnostics: .silent)
        let tracer = tracer(processor, metrics, .parentBased(root: .traceIDRatio(ratio)))
        let run = Task { await processor.run() }
        let open = await withTaskGroup(of: TelemetrySpan?.self) { group -> [TelemetrySpan] in
            for worker in 0..<6 {
                group.addTask {
                    for number in 0..<1000 {
                        tracer.withSpan("root") { _ in tracer.startSpan("child").end() }
                        if number % 100 == 0 {
                            #expect(processor.counts().isConserved)
                            await processor.forceFlush()
                        }
                    }
                    return worker < 3 ? tracer.startSpan("still open", context: .topLevel) : nil
                }
            }
            var open: [TelemetrySpan] = []
            for await case let span? in group { open.append(span) }
            return open
        }
        #expect(await processor.forceFlush())
        let counts = processor.counts()
        #expect(counts.queued == 0 && counts.isConserved)
        let text = metrics.exposition()
        let started = sum(text, "otel_sdk_span_started_total", "RECORD_AND_SAMPLE")
        let live = sum(text, "otel_sdk_span_live", "RECORD_AND_SAMPLE")
        #expect(sum(text, "otel_sdk_span_started_total") == 12_003)
        #expect(live == open.count { $0.isRecording })
        #expect(started - live == counts.ended)
        #expect(sum(text, "otel_sdk_exporter_span_exported_total") == counts.exported + counts.failed)
        #expect(
            sum(text, "otel_sdk_processor_span_processed_total")
                == counts.exported + counts.failed + counts.droppedQueueFull)
        #expect(
            sum(text, "otel_sdk_processor_span_processed_total", "queue_full") == counts.droppedQueueFull)
        #expect(counts.exported == received.withLock { $0 })
        if ratio == 1 { #expect(counts.ended == 12_000 && counts.failed > 0) }
        if ratio == 0 { #expect(counts.ended == 0 && server.requests.isEmpty) }
        run.cancel()
        await run.value
        await processor.shutdown(within: .seconds(5))
        for span in open { span.end() }
        #expect(processor.counts().isConserved)
        #expect(processor.counts().droppedAtShutdown == live)
        #expect(sum(metrics.exposition(), "otel_sdk_span_live") == 0)
        await client.close()
    }

    @Test func `an exporter that counts wrongly loses no span from sight`() async {
        for wrong in [
            ExportOutcome(exported: 0), ExportOutcome(exported: 99), ExportOutcome(exported: -3),
            ExportOutcome(exported: 1, failed: 99, errorType: "x"), ExportOutcome(exported: 4, failed: 4),
        ] {
            let processor = BatchSpanProcessor(exporter: RecordingExporter { _ in wrong })
            for number in 0..<5 { processor.onEnd(finishedSpan("\(number)")) }
            #expect(await processor.forceFlush())
            let counts = processor.counts()
            #expect(counts.isConserved && counts.queued == 0 && counts.ended == 5, "\(wrong)")
        }
    }

    @Test func `an exporter deaf to cancellation does not hold the shutdown`() async {
        let time = ManualPause()
        let gate = Gate()
        let exporter = RecordingExporter { spans in
            await gate.wait()
            return ExportOutcome(exported: spans.count)
        }
        let processor = BatchSpanProcessor(
            exporter: exporter, limits: limits(queue: 10, batch: 2), pause: time.pause)
        for number in 0..<3 { processor.onEnd(finishedSpan("\(number)")) }
        let shutdown = Task { await processor.shutdown(within: .seconds(5)) }
        await exporter.receives(2)
        await time.elapse(.seconds(5))
        await time.elapse(.milliseconds(500))
        await shutdown.value
        #expect(processor.counts().isConserved && processor.counts().queued == 2)
        #expect(processor.counts().droppedAtShutdown == 1)
        gate.open()
    }

    @Test func `outcomes of parts add up by cause`() {
        let sum =
            ExportOutcome(exported: 2, failed: 1, errorType: "503") + ExportOutcome(exported: 1)
            + ExportOutcome(exported: 0, failed: 4, errorType: "rejected")
            + ExportOutcome(exported: 0, failed: 1, errorType: "503")
        #expect(sum.exported == 3 && sum.failed == 6 && sum.failures == ["503": 2, "rejected": 4])
        #expect(sum.errorType == "rejected")
    }
}
