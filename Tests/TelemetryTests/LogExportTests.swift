import Logging
import OTLP
import Synchronization
import Testing
import Tracing

@testable import Telemetry

/// Log records on their way to a receiver.
@Suite(.timeLimit(.minutes(1))) struct LogExportTests {
    private let lines = LinesKeeper()
    private let time = StoppedClock()

    private func system(_ transport: ScriptedTransport, _ environment: [String: String] = [:])
        -> TelemetrySystem
    {
        var all = ["OTEL_LOGS_EXPORTER": "otlp", "OTEL_TRACES_EXPORTER": "none"]
        all.merge(environment) { $1 }
        var configuration = TelemetryConfiguration(
            serviceName: "tasks", serviceVersion: "1.2.3", serviceInstanceID: "i-1", environment: all,
            processID: 42, files: .none)
        configuration.logRepetitions = 0
        return TelemetrySystem(
            configuration: configuration, transport: transport, logOutput: lines.output, clock: time.clock,
            pause: .continuous)
    }

    private func logger(_ system: TelemetrySystem, _ label: String = "todo.tasks") -> Logger {
        Logger(label: label) { system.makeLogHandler(label: $0) }
    }

    @Test func `a line gets to the wire with its span, its logger and its process`() async throws {
        let transport = ScriptedTransport()
        let system = system(transport)
        let context = system.tracer.withSpan("work") { span in
            logger(system).notice(
                "task created",
                metadata: [
                    "n": .stringConvertible(3), "who": .sensitive("alice"), "list": ["a", ["k": "v"]],
                    "flag": .stringConvertible(true), "ratio": .stringConvertible(0.5),
                ])
            return span.spanContext
        }
        logger(system, "other").warning("outside")
        await system.flush()
        let request = try #require(transport.requests.first)
        #expect(transport.requests.count == 1 && request.url == "http://localhost:4318/v1/logs")
        let group = try #require(try LogCodec.decode(request.body).first)
        #expect(group.resource == system.configuration.resource)
        #expect(group.scopeLogs.map(\.scope.name) == ["todo.tasks", "other"])
        let record = try #require(group.scopeLogs.first?.records.first)
        #expect(record.body == .string("task created") && record.timeUnixNano == time.now)
        #expect(record.severityNumber == 10 && record.severityText == "NOTICE")
        #expect(record.traceID == context.traceID && record.spanID == context.spanID && record.flags == 1)
        #expect(
            record.attributes == [
                Attribute("flag", .bool(true)),
                Attribute("list", .array([.string("a"), .map([Attribute("k", .string("v"))])])),
                Attribute("n", .int(3)), Attribute("ratio", .double(0.5)),
                Attribute("who", .string("[redacted]")),
            ])
        #expect(group.scopeLogs.last?.records.first?.traceID == nil)
        // The line is written as well.
        #expect(lines.text.contains("\"body\":\"task created\"") && !lines.text.contains("alice"))
    }

    @Test func `limits hold for records`() async throws {
        let transport = ScriptedTransport()
        let system = system(
            transport,
            ["OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT": "2", "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT": "3"])
        logger(system).info(
            "\(String(repeating: "m", count: 20_000))", metadata: ["a": "żółw", "b": "x", "c": "y"])
        await system.flush()
        let request = try #require(transport.requests.first)
        let record = try #require(
            try LogCodec.decode(request.body).first?.scopeLogs.first?.records.first)
        #expect(record.attributes == [Attribute("a", .string("żół")), Attribute("b", .string("x"))])
        #expect(record.droppedAttributesCount == 1)
        #expect(record.body == .string(String(repeating: "m", count: 8192)))
    }

    @Test func `a receiver that is away costs records, is counted, and causes no further records`() async {
        let transport = ScriptedTransport([.unreachable("connection_failed")])
        let system = system(
            transport, ["OTEL_EXPORTER_OTLP_LOGS_TIMEOUT": "1", "OTEL_BLRP_MAX_QUEUE_SIZE": "5"])
        for _ in 0..<3 {
            for number in 0..<8 { logger(system).info("line \(number)") }
            await system.flush()
        }
        let counts = system.logCounts()
        #expect(counts.isConserved && counts.queued == 0)
        #expect(counts.ended == 24 && counts.failed == 15 && counts.droppedQueueFull == 9)
        #expect(lines.text.contains("log records are lost: export failed"))
        #expect(lines.text.contains("log records are dropped: the export queue is full"))
        let text = system.metrics.exposition()
        for line in [
            "otel_sdk_log_created_total 24\n",
            "otel_sdk_processor_log_queue_capacity{otel_component_name=\"batching_log_processor/0\",otel_component_type=\"batching_log_processor\"} 5\n",
            "otel_sdk_exporter_log_exported_total{error_type=\"connection_failed\",otel_component_name=\"otlp_http_log_exporter/0\",otel_component_type=\"otlp_http_log_exporter\"} 15\n",
        ] { #expect(text.contains(line), "\(line)") }
        await system.shutdown(within: .seconds(5))
        logger(system).info("late")
        #expect(system.logCounts().droppedAtShutdown == 1 && system.logCounts().isConserved)
        await system.flush()
        #expect(lines.text.contains("late"))
    }

    @Test func `under load from many tasks every record is somewhere`() async throws {
        let system = system(ScriptedTransport(), ["OTEL_BLRP_MAX_QUEUE_SIZE": "300"])
        let run = Task { await system.run() }
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    let logger = logger(system)
                    for number in 0..<1000 {
                        logger.info("busy")
                        if number % 250 == 0 {
                            #expect(system.logCounts().isConserved)
                            await system.flush()
                        }
                    }
                }
            }
        }
        run.cancel()
        await run.value
        await system.shutdown(within: .seconds(30))
        let counts = system.logCounts()
        #expect(counts.ended == 4000 && counts.queued == 0 && counts.isConserved && counts.failed == 0)
    }

    @Test func `by default records go nowhere and lines are written`() async {
        let transport = ScriptedTransport()
        for environment in [["OTEL_LOGS_EXPORTER": ""], ["OTEL_LOGS_EXPORTER": "console"]] {
            let system = system(transport, environment)
            logger(system).info("only a line")
            await system.shutdown(within: .seconds(5))
            #expect(system.logCounts() == PipelineCounts())
        }
        #expect(transport.requests.isEmpty)
        #expect(lines.text.split(separator: "\n").count == 2)
    }

    @Test func `the memory exporter keeps records up to its capacity`() async {
        let memory = InMemoryLogExporter(capacity: 1)
        let logs = (0..<2).map {
            EmittedLog(record: LogRecord(timeUnixNano: 1, body: .int(Int64($0))), logger: "l")
        }
        #expect(await memory.export(logs) == ExportOutcome(exported: 1, failed: 1, errorType: "memory_full"))
        #expect(memory.logs.map(\.record.body) == [.int(0)])
    }
}
