import CurlHTTP
import FoundationEssentials
import Glibc
import Gzip
import Logging
import OTLP
import Synchronization
import TestSupport
import Testing
import Tracing

@testable import Telemetry

/// What we export, read by programs that others wrote.
@Suite(.timeLimit(.minutes(2))) struct WireConformanceTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let python = root.appending(path: ".build/python/bin/python").path
    private static let rotel: String? = {
        let library = root.appending(path: ".build/python/lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
        return versions.map { library.appending(path: "\($0)/site-packages/rotel/rotel-agent").path }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// Spans with every field that a span can have, made by the tracer.
    private func spans() -> [FinishedSpan] {
        let collection = SpanCollection()
        var parts = TelemetryTracer.Parts()
        parts.limits.attributes = 12
        parts.limits.events = 2
        parts.limits.links = 1
        let tracer = TelemetryTracer(
            resource: Resource(attributes: [
                Attribute("service.name", .string("tasks")), Attribute("process.pid", .int(42)),
            ]),
            scope: InstrumentationScope(name: "todo.tasks", version: "1.2.3"), processor: collection,
            parts: parts)
        var remote = InstrumentationContext.topLevel
        remote.spanContext = SpanContext(
            traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03", traceState: "ot=th:8,a=1")
        let span = tracer.startSpan(
            "PATCH /tasks/{id}", context: remote, ofKind: .server,
            links: [
                SpanLink(context: remote, attributes: ["k": "v"]), SpanLink(context: remote, attributes: [:]),
            ])
        span.attributes = [
            "a": "żółw 🐢", "b": "", "c": -7, "d": .double(-0.5), "e": false, "f": .stringArray(["p", ""]),
            "g": .int64Array([.min, .max]), "h": .boolArray([true]), "i": .doubleArray([1e300]), "j": 0,
            "k": .double(0), "l": "x", "m": "beyond the limit",
        ]
        for name in ["first", "second", "third"] {
            span.addEvent(SpanEvent(name: name, attributes: ["n": 1]))
        }
        span.recordError(CancellationError())
        span.setStatus(SpanStatus(code: .error, message: "not found"))
        tracer.scoped(name: "db", schemaURL: "").withSpan("SELECT", context: span.context, ofKind: .client) {
            _ in
        }
        let other = tracer.tracer(
            resource: Resource(attributes: []), scope: InstrumentationScope(name: "sidecar"))
        other.startSpan("root", context: .topLevel, ofKind: .producer).end()
        span.end()
        return collection.all + [oddSpan]
    }

    /// What the tracer never makes: bytes, maps, a value without a value, extreme times.
    private var oddSpan: FinishedSpan {
        var span = OTLP.Span(
            traceID: TraceID(high: 0, low: 1), spanID: SpanID(.max), name: "odd", kind: .consumer,
            startTimeUnixNano: 0, endTimeUnixNano: .max)
        span.attributes = [
            Attribute("bytes", .bytes([0, 255])), Attribute("none", .bytes([])), Attribute("empty", .empty),
            Attribute("map", .map([Attribute("k", .array([.int(-1), .empty])), Attribute("", .map([]))])),
        ]
        span.status = .ok
        return FinishedSpan(span: span, origin: plainOrigin)
    }

    private func body(_ compression: OTLPExporterConfiguration.Compression, _ spans: [FinishedSpan])
        async throws -> [UInt8]
    {
        let transport = ScriptedTransport()
        var configuration = OTLPExporterConfiguration()
        configuration.compression = compression
        let exporter = OTLPSpanExporter(
            configuration: configuration, transport: transport, clock: .system, pause: .continuous,
            jitter: { 1 },
            factory: MetricsRegistry(), diagnostics: .silent)
        #expect(await exporter.export(spans).exported == spans.count)
        return try #require(transport.requests.first).body
    }

    @Test(
        .enabled(if: access(python, X_OK) == 0, "scripts/install-python.sh was not run"),
        arguments: [OTLPExporterConfiguration.Compression.none, .gzip])
    func `the official protobufs read every field as it was meant`(
        compression: OTLPExporterConfiguration.Compression
    ) async throws {
        let spans = spans()
        let lines = try decoded(try await body(compression, spans), "traces")
        var expected = WireLines()
        expected.add(spans.groupedForWire())
        for (line, wanted) in zip(lines, expected.lines) { #expect(line == wanted) }
        #expect(lines.dropLast().count == expected.lines.count)
        #expect(lines.last == "encoded again: the same bytes")
    }

    @Test(
        .enabled(if: access(python, X_OK) == 0, "scripts/install-python.sh was not run"),
        arguments: ["none", "gzip"])
    func `the official protobufs read log records as they were meant`(compression: String) async throws {
        let transport = ScriptedTransport()
        let system = TelemetrySystem(
            configuration: TelemetryConfiguration(
                serviceName: "tasks", serviceVersion: "1.2.3", serviceInstanceID: "i-1",
                environment: [
                    "OTEL_LOGS_EXPORTER": "otlp", "OTEL_TRACES_EXPORTER": "none",
                    "OTEL_EXPORTER_OTLP_COMPRESSION": compression,
                    "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT": "4",
                ], processID: 42, files: .none),
            transport: transport, logOutput: LinesKeeper().output, clock: StoppedClock().clock,
            pause: .continuous)
        let logger = Logger(label: "todo.tasks") { system.makeLogHandler(label: $0) }
        system.tracer.withSpan("work") { _ in
            logger.error(
                "żółw 🐢",
                metadata: [
                    "a": ["x", ["k": "v"]], "b": .stringConvertible(false), "c": .stringConvertible(-7),
                    "d": .stringConvertible(0.25), "e": "beyond the limit",
                ])
        }
        logger.info("")
        await system.flush()
        let bytes = try #require(transport.requests.first).body
        let lines = try decoded(bytes, "logs")
        var expected = WireLines()
        let isSmall = compression == "gzip"
        expected.add(try LogCodec.decode(isSmall ? try Gzip.decompress(bytes, limit: 1 << 20) : bytes))
        #expect(lines.dropLast() == expected.lines[...])
        #expect(lines.last == "encoded again: the same bytes")
        let record = "resource_logs[0].scope_logs[0].log_records[0]"
        for line in [
            "severity_number = 17", "severity_text = \"ERROR\"", "body.string_value = \"żółw 🐢\"",
            "attributes[0].key = \"a\"", "attributes[1].value.bool_value = false",
            "attributes[2].value.int_value = -7", "attributes[3].value.double_value = 0.25",
            "dropped_attributes_count = 1", "flags = 1",
        ] { #expect(lines.contains("\(record).\(line)")) }
    }

    @Test(
        .enabled(if: rotel != nil, "scripts/install-python.sh was not run"),
        arguments: [OTLPExporterConfiguration.Compression.none, .gzip])
    func `a receiver that others wrote takes our export and hands it on whole`(
        compression: OTLPExporterConfiguration.Compression
    ) async throws {
        let spans = spans()
        let sink = try TinyHTTPServer { _ in .respond(200) }
        defer { sink.stop() }
        let ports = try FreePorts.block(of: 2)
        let receiver = try ChildProgram([
            try #require(Self.rotel), "start", "--otlp-grpc-endpoint", "127.0.0.1:\(ports)",
            "--otlp-http-endpoint", "127.0.0.1:\(ports + 1)", "--exporter", "otlp",
            "--otlp-exporter-endpoint",
            sink.address, "--otlp-exporter-protocol", "http", "--disable-batching",
        ])
        defer { receiver.kill() }
        let client = HTTPClient()
        var configuration = OTLPExporterConfiguration()
        configuration.endpoint = "http://127.0.0.1:\(ports + 1)/v1/traces"
        configuration.compression = compression
        configuration.timeout = .seconds(60)
        // The receiver takes a moment to start; our own retries bridge it, in short steps.
        let exporter = OTLPSpanExporter(
            configuration: configuration, transport: CurlExportTransport(client: client), clock: .system,
            pause: Pause { _ in try await Task.sleep(for: .milliseconds(50)) }, jitter: { 0 },
            factory: MetricsRegistry(), diagnostics: .silent)
        #expect(await exporter.export(spans) == ExportOutcome(exported: spans.count))
        await client.close()
        // One export becomes one request: the receiver does not batch.
        let request = try #require(await sink.waitForRequests(1).first)
        let isSmall = request.headers["content-encoding"] == "gzip"
        let handedOn = try TraceCodec.decode(
            isSmall ? try Gzip.decompress(request.body, limit: 1 << 24) : request.body)
        #expect(handedOn == spans.groupedForWire())
    }

    /// What the official protobufs find in an export, line by line.
    private func decoded(_ export: [UInt8], _ signal: String) throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(path: "otlp-\(UUID().uuidString)")
        try Data(export).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let script = Self.root.appending(path: "scripts/decode-otlp.py").path
        return try output(of: "\(Self.python) \(script) \(file.path) \(signal)").split(separator: "\n")
            .map(String.init)
    }

    private func output(of command: String) throws -> String {
        let pipe = try #require(popen(command, "r"))
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 {
            bytes += buffer.prefix(count)
        }
        #expect(pclose(pipe) == 0)
        return String(decoding: bytes, as: UTF8.self)
    }
}
