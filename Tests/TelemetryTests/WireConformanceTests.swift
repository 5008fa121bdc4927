import CurlHTTP
import FoundationEssentials
import Glibc
import Gzip
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
        let file = FileManager.default.temporaryDirectory.appending(path: "otlp-\(UUID().uuidString)")
        try Data(try await body(compression, spans)).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let script = Self.root.appending(path: "scripts/decode-otlp.py").path
        let lines = try output(of: "\(Self.python) \(script) \(file.path)").split(separator: "\n").map(
            String.init)
        var expected = WireLines()
        expected.add(spans.groupedForWire())
        for (line, wanted) in zip(lines, expected.lines) { #expect(line == wanted) }
        #expect(lines.dropLast().count == expected.lines.count)
        #expect(lines.last == "encoded again: the same bytes")
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

/// The values as the script prints what it decoded: one line a field, in the order of the field numbers.
private struct WireLines {
    private(set) var lines: [String] = []

    mutating func add(_ groups: [ResourceSpans]) {
        for (index, group) in groups.enumerated() {
            let path = "resource_spans[\(index)]"
            if group.resource.attributes.isEmpty { lines.append("\(path).resource = empty") }
            add(group.resource.attributes, "\(path).resource.attributes")
            for (index, scope) in group.scopeSpans.enumerated() {
                let path = "\(path).scope_spans[\(index)]"
                text("\(path).scope.name", scope.scope.name)
                text("\(path).scope.version", scope.scope.version)
                for (index, span) in scope.spans.enumerated() { add(span, "\(path).spans[\(index)]") }
                text("\(path).schema_url", scope.schemaURL)
            }
            text("\(path).schema_url", group.schemaURL)
        }
    }

    private mutating func add(_ span: OTLP.Span, _ path: String) {
        lines.append("\(path).trace_id = \(span.traceID.hex)")
        lines.append("\(path).span_id = \(span.spanID.hex)")
        text("\(path).trace_state", span.traceState)
        if let parent = span.parentSpanID { lines.append("\(path).parent_span_id = \(parent.hex)") }
        text("\(path).name", span.name)
        number("\(path).kind", UInt64(span.kind.rawValue))
        number("\(path).start_time_unix_nano", span.startTimeUnixNano)
        number("\(path).end_time_unix_nano", span.endTimeUnixNano)
        add(span.attributes, "\(path).attributes")
        number("\(path).dropped_attributes_count", UInt64(span.droppedAttributesCount))
        for (index, event) in span.events.enumerated() {
            let path = "\(path).events[\(index)]"
            number("\(path).time_unix_nano", event.timeUnixNano)
            text("\(path).name", event.name)
            add(event.attributes, "\(path).attributes")
            number("\(path).dropped_attributes_count", UInt64(event.droppedAttributesCount))
        }
        number("\(path).dropped_events_count", UInt64(span.droppedEventsCount))
        for (index, link) in span.links.enumerated() {
            let path = "\(path).links[\(index)]"
            lines.append("\(path).trace_id = \(link.traceID.hex)")
            lines.append("\(path).span_id = \(link.spanID.hex)")
            text("\(path).trace_state", link.traceState)
            add(link.attributes, "\(path).attributes")
            number("\(path).dropped_attributes_count", UInt64(link.droppedAttributesCount))
            number("\(path).flags", UInt64(link.flags))
        }
        number("\(path).dropped_links_count", UInt64(span.droppedLinksCount))
        text("\(path).status.message", span.statusMessage)
        number("\(path).status.code", UInt64(span.status.rawValue))
        number("\(path).flags", UInt64(span.flags))
    }

    private mutating func add(_ attributes: [Attribute], _ path: String) {
        for (index, attribute) in attributes.enumerated() {
            text("\(path)[\(index)].key", attribute.key)
            add(attribute.value, "\(path)[\(index)].value")
        }
    }

    private mutating func add(_ value: AttributeValue, _ path: String) {
        switch value {
        case .string(let text): lines.append("\(path).string_value = \"\(text)\"")
        case .bool(let bool): lines.append("\(path).bool_value = \(bool)")
        case .int(let int): lines.append("\(path).int_value = \(int)")
        case .double(let double): lines.append("\(path).double_value = \(double)")
        case .bytes(let bytes):
            let digits = Array("0123456789abcdef")
            let text = String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
            lines.append("\(path).bytes_value = \(text)")
        case .array(let values):
            if values.isEmpty { lines.append("\(path).array_value = empty") }
            for (index, value) in values.enumerated() { add(value, "\(path).array_value.values[\(index)]") }
        case .map(let entries):
            if entries.isEmpty { lines.append("\(path).kvlist_value = empty") }
            add(entries, "\(path).kvlist_value.values")
        case .empty: lines.append("\(path) = empty")
        }
    }

    /// Proto 3 leaves out what has its default.
    private mutating func text(_ path: String, _ value: String) {
        if !value.isEmpty { lines.append("\(path) = \"\(value)\"") }
    }

    private mutating func number(_ path: String, _ value: UInt64) {
        if value != 0 { lines.append("\(path) = \(value)") }
    }
}
