import Logging
import OTLP
import Testing
import Tracing

@testable import Telemetry

@Suite(.timeLimit(.minutes(1))) struct TelemetryTests {
    private let time = StoppedClock()

    private func system(
        _ transport: ScriptedTransport, _ environment: [String: String] = [:],
        output: LogOutput = LogOutput { _ in }
    ) -> TelemetrySystem {
        TelemetrySystem(
            configuration: TelemetryConfiguration(
                serviceName: "tasks", serviceVersion: "1.2.3", serviceInstanceID: "i-1",
                environment: environment,
                revision: "abc", processID: 42, files: .none),
            transport: transport, logOutput: output, clock: time.clock, pause: .continuous)
    }

    private func sentSpans(_ transport: ScriptedTransport) throws -> [OTLP.Span] {
        try transport.requests.flatMap { try TraceCodec.decode($0.body) }.flatMap(\.scopeSpans).flatMap(
            \.spans)
    }

    @Test func `a span gets from the tracer to the wire`() async throws {
        let transport = ScriptedTransport()
        let system = system(transport)
        system.tracer.withSpan("POST /api/tasks", ofKind: .server) {
            $0.attributes["http.route"] = "/api/tasks"
        }
        await system.flush()
        let spans = try sentSpans(transport)
        #expect(spans.map(\.name) == ["POST /api/tasks"])
        #expect(spans.first?.attributes == [Attribute("http.route", .string("/api/tasks"))])
        await system.shutdown(within: .seconds(5))
        system.tracer.startSpan("late").end()
        #expect(system.spanCounts().isConserved && system.spanCounts().droppedAtShutdown == 1)
    }

    @Test func `the exposition tells of the process and of telemetry itself`() async {
        let transport = ScriptedTransport()
        let system = system(transport)
        system.tracer.withSpan("root") { _ in system.tracer.startSpan("child").end() }
        let open = system.tracer.startSpan("open")
        await system.flush()
        let text = system.metrics.exposition()
        let expected = [
            "target_info{deployment_environment_name=\"local\",host_arch=", "service_name=\"tasks\"",
            "todo_build_info{revision=\"abc\",swift_version=\"6.3\",version=\"1.2.3\"} 1\n",
            "otel_sdk_span_started_total{otel_span_parent_origin=\"none\",otel_span_sampling_result=\"RECORD_AND_SAMPLE\"} 2\n",
            "otel_sdk_span_started_total{otel_span_parent_origin=\"local\",otel_span_sampling_result=\"RECORD_AND_SAMPLE\"} 1\n",
            "otel_sdk_span_live{otel_span_sampling_result=\"RECORD_AND_SAMPLE\"} 1\n",
            "otel_sdk_exporter_span_exported_total{otel_component_name=\"otlp_http_span_exporter/0\",otel_component_type=\"otlp_http_span_exporter\"} 2\n",
            "otel_sdk_exporter_span_inflight{otel_component_name=\"otlp_http_span_exporter/0\",otel_component_type=\"otlp_http_span_exporter\"} 0\n",
            "process_cpu_seconds_total ", "process_resident_memory_bytes ", "process_open_fds ",
            "process_threads ",
            "process_start_time_seconds ", "todo_telemetry_log_lines_suppressed_total 0\n",
            "todo_telemetry_log_lines_dropped_total{error_type=\"queue_full\"} 0\n",
            "todo_telemetry_log_lines_dropped_total{error_type=\"output_closed\"} 0\n",
        ]
        for line in expected { #expect(text.contains(line), "\(line)") }
        #expect(text.split(separator: "\n").count { $0.hasPrefix("target_info{") } == 1)
        open.end()
    }

    @Test func `a receiver that is away costs spans, is counted and is logged once`() async {
        let transport = ScriptedTransport([.unreachable("connection_failed")])
        let kept = LinesKeeper()
        // So short that no second attempt fits in.
        let environment = ["OTEL_EXPORTER_OTLP_HEADERS": "key=hush", "OTEL_EXPORTER_OTLP_TIMEOUT": "1"]
        let system = system(transport, environment, output: kept.output)
        for _ in 0..<3 {
            system.tracer.startSpan("lost").end()
            await system.flush()
        }
        #expect(system.spanCounts().failed == 3 && system.spanCounts().isConserved)
        let text = kept.text
        #expect(text.split(separator: "\n").count { $0.contains("spans are lost: export failed") } == 1)
        #expect(text.contains("\"error.type\":\"connection_failed\"") && !text.contains("hush"))
    }

    @Test func `spans that come fast while nobody receives cost nothing but themselves`() async {
        let transport = ScriptedTransport([.unreachable("connection_failed")])
        let system = system(
            transport, ["OTEL_EXPORTER_OTLP_TIMEOUT": "50", "OTEL_BSP_MAX_QUEUE_SIZE": "500"])
        let run = Task { await system.run() }
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for number in 0..<25_000 {
                        system.tracer.startSpan("busy", context: .topLevel).end()
                        if number % 1000 == 0 {
                            #expect(system.spanCounts().queued <= 500 + 512)
                            await Task.yield()
                        }
                    }
                }
            }
        }
        run.cancel()
        await run.value
        await system.shutdown(within: .seconds(5))
        let counts = system.spanCounts()
        #expect(counts.ended == 100_000 && counts.exported == 0 && counts.queued == 0)
        #expect(counts.isConserved)
    }

    @Test func `without an exporter contexts still travel and run does not return`() async {
        let transport = ScriptedTransport()
        let system = system(transport, ["OTEL_TRACES_EXPORTER": "none"])
        await withTaskGroup { group in
            group.addTask {
                await system.run()
                #expect(Task.isCancelled)
            }
            system.tracer.withSpan("kept") { span in
                #expect(span.isRecording && span.spanContext.isSampled)
            }
            await system.flush()
            group.cancelAll()
        }
        await system.shutdown(within: .seconds(1))
        #expect(transport.requests.isEmpty && system.spanCounts() == PipelineCounts())
    }

    @Test func `a log line of a handler carries the current span`() async {
        let kept = LinesKeeper()
        let system = system(ScriptedTransport(), ["OTEL_LOG_LEVEL": "debug"], output: kept.output)
        let logger = Logger(label: "tasks") { system.makeLogHandler(label: $0) }
        let trace = system.tracer.withSpan("work") { span in
            logger.debug("within")
            return span.spanContext.traceID.hex
        }
        await system.shutdown(within: .seconds(5))
        #expect(
            kept.text.contains("\"trace_id\":\"\(trace)\"")
                && kept.text.contains("\"service_name\":\"tasks\""))
    }

    @Test func `warnings of the environment are logged when the system runs`() async {
        let kept = LinesKeeper()
        let system = system(ScriptedTransport(), ["OTEL_TRACES_SAMPLER": "sometimes"], output: kept.output)
        let run = Task { await system.run() }
        run.cancel()
        await run.value
        await system.flush()
        #expect(kept.text.contains("OTEL_TRACES_SAMPLER") && kept.text.contains("sometimes"))
    }
}
