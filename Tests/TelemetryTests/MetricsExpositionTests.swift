import CoreMetrics
import OTLP
import Synchronization
import Testing
import Tracing

@testable import Telemetry

/// The two formats, which one a scraper gets, and exemplars.
@Suite struct MetricsExpositionTests {
    @Test(arguments: [
        ("", ExpositionFormat.text), ("*/*", .text), ("text/plain", .text),
        ("text/plain;version=0.0.4", .text),
        ("text/html", .text), ("application/json", .text), ("application/openmetrics-text", .openMetrics),
        ("application/openmetrics-text; version=1.0.0; charset=utf-8", .openMetrics),
        ("application/openmetrics-text; version=\"1.0.0\"", .openMetrics),
        ("APPLICATION/OpenMetrics-Text;Version=0.0.1", .openMetrics),
        ("application/openmetrics-text;version=2.0.0", .text),
        ("application/openmetrics-text;q=0", .text), ("application/openmetrics-text;q=zero", .text),
        ("application/openmetrics-text;q=0.3,text/plain;q=0.5", .text),
        ("text/plain;q=0.5,application/openmetrics-text;q=0.501", .openMetrics),
        ("text/plain,application/openmetrics-text", .text),
        ("application/openmetrics-text,text/plain", .openMetrics),
        ("application/vnd.google.protobuf;q=1,application/openmetrics-text;q=0.4,*/*;q=0.1", .openMetrics),
        (
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics
        ),
        (
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;q=0.6", .text
        ),
        (";;,,=;q", .text), ("text/plain;q=1.5,application/openmetrics-text;q=0.1", .openMetrics),
    ])
    func `a scraper gets the format it prefers`(accept: String, expected: ExpositionFormat) {
        #expect(ExpositionFormat(accept: accept) == expected)
    }

    /// What is current, and a clock that a test moves.
    private final class Surroundings: Sendable {
        let span = Mutex<SpanContext?>(nil)
        let tick = Mutex<UInt64>(0)
        let looks = Atomic(0)

        var source: ExemplarSource {
            ExemplarSource(
                current: { [self] in
                    looks.add(1, ordering: .relaxed)
                    return span.withLock { $0 }
                },
                wallNanoseconds: { 1_700_000_000_042_000_000 }, ticks: { [self] in tick.withLock { $0 } },
                restNanoseconds: 100)
        }

        func enter(_ id: UInt64, isSampled: Bool = true) {
            span.withLock {
                $0 = SpanContext(
                    traceID: TraceID(high: 0xAB, low: id), spanID: SpanID(id), flags: isSampled ? 1 : 0)
            }
        }
    }

    @Test func `OpenMetrics has units, infos and exemplars, and ends`() {
        let surroundings = Surroundings()
        let registry = MetricsRegistry(exemplars: surroundings.source)
        surroundings.enter(7)
        Timer(label: "todo.runtime.task_delay", factory: registry).recordMilliseconds(2)
        surroundings.span.withLock { $0 = nil }
        Timer(label: "todo.runtime.task_delay", factory: registry).recordSeconds(30)
        Counter(label: "process.cpu", factory: registry).increment(by: 2)
        Counter(label: "todo.tasks.created", dimensions: [("source", "a\"b\\c\nd")], factory: registry)
            .increment()
        Gauge(label: "todo.build_info", dimensions: [("version", "1")], factory: registry).record(1)
        Counter(label: "dapr_http_server_request_count", factory: registry).increment()
        Counter(label: "dapr_resiliency_activations_total", factory: registry).increment()
        Counter(label: "say \"hi\"", factory: registry).increment()
        let lines = registry.exposition(.openMetrics).split(separator: "\n").filter {
            !$0.contains("le=\"0") && !$0.contains("metric_reader")
        }
        #expect(lines == golden.split(separator: "\n"))
    }

    private let golden = #"""
        # TYPE dapr_http_server_request_count unknown
        # HELP dapr_http_server_request_count Calls of the sidecar's HTTP API.
        dapr_http_server_request_count 1
        # TYPE dapr_resiliency_activations counter
        # HELP dapr_resiliency_activations Times a resiliency policy took hold.
        dapr_resiliency_activations_total 1
        # TYPE process_cpu_seconds counter
        # UNIT process_cpu_seconds seconds
        # HELP process_cpu_seconds Processor time used.
        process_cpu_seconds_total 2
        # TYPE say_hi_ counter
        # HELP say_hi_ say \"hi\", a counter without an entry in the catalogue.
        say_hi__total 1
        # TYPE todo_build info
        # HELP todo_build 1; the labels name the build.
        todo_build_info{version="1"} 1
        # TYPE todo_runtime_task_delay_seconds histogram
        # UNIT todo_runtime_task_delay_seconds seconds
        # HELP todo_runtime_task_delay_seconds How long a task waits until a thread of the pool comes to it, by probes.
        todo_runtime_task_delay_seconds_bucket{le="1.0"} 1
        todo_runtime_task_delay_seconds_bucket{le="+Inf"} 2
        todo_runtime_task_delay_seconds_sum 30.002
        todo_runtime_task_delay_seconds_count 2
        # TYPE todo_tasks_created counter
        # HELP todo_tasks_created Tasks created.
        todo_tasks_created_total{source="a\"b\\c\nd"} 1
        # EOF
        """#

    private static let exemplarLine =
        "todo_runtime_task_delay_seconds_bucket{le=\"0.0025\"} 1 # {trace_id=\"00000000000000ab0000000000000007\","
        + "span_id=\"0000000000000007\"} 0.002 1700000000.042\n"

    @Test func `an exemplar names the span of its bucket, and text leaves it out`() {
        let surroundings = Surroundings()
        let registry = MetricsRegistry(exemplars: surroundings.source)
        surroundings.enter(7)
        Timer(label: "todo.runtime.task_delay", factory: registry).recordMilliseconds(2)
        #expect(registry.exposition(.openMetrics).contains(Self.exemplarLine))
        #expect(registry.exposition(.openMetrics).lines(with: " # {").count == 1)
        #expect(!registry.exposition().contains("trace_id"))
    }

    @Test(arguments: TelemetryConfiguration.ExemplarFilter.allCases)
    func `the filter of the specification decides what becomes an exemplar`(
        filter: TelemetryConfiguration.ExemplarFilter
    ) async {
        let system = TelemetrySystem(
            configuration: TelemetryConfiguration(
                serviceName: "s", serviceVersion: "1", serviceInstanceID: "i",
                environment: [
                    "OTEL_METRICS_EXEMPLAR_FILTER": filter.rawValue, "OTEL_TRACES_SAMPLER": "always_off",
                    "OTEL_TRACES_EXPORTER": "none",
                ], files: .none),
            transport: ScriptedTransport(), logOutput: LinesKeeper().output, clock: StoppedClock().clock,
            pause: .continuous)
        let recorder = Recorder(label: "todo.outbox.relay.batch_size", factory: system.metrics)
        recorder.record(5)
        system.tracer.withSpan("unsampled") { _ in recorder.record(500) }
        let page = system.metrics.exposition(.openMetrics)
        #expect(
            page.lines(with: "batch_size_bucket").count { $0.contains(" # {") }
                == (filter == .alwaysOn ? 1 : 0))
        #expect((ExemplarSource.passing(filter) == nil) == (filter == .alwaysOff))
        await system.flush()
    }

    @Test func `a bucket keeps its exemplar for a while and then takes the next sampled span`() {
        let surroundings = Surroundings()
        let registry = MetricsRegistry(exemplars: surroundings.source)
        let recorder = Recorder(label: "todo.outbox.relay.batch_size", factory: registry)
        surroundings.enter(1)
        recorder.record(5)
        let first = registry.exposition(.openMetrics).lines(with: "span_id")
        #expect(first.count == 1 && first[0].contains("span_id=\"0000000000000001\"} 5 "))

        surroundings.enter(2)
        let looks = surroundings.looks.load(ordering: .relaxed)
        recorder.record(5)
        #expect(surroundings.looks.load(ordering: .relaxed) == looks, "nobody looks for a span too soon")
        surroundings.tick.withLock { $0 = 100 }
        recorder.record(5)
        recorder.record(1000)
        let second = registry.exposition(.openMetrics).lines(with: "span_id=\"0000000000000002\"")
        #expect(second.count == 2)

        surroundings.enter(3, isSampled: false)
        surroundings.tick.withLock { $0 = 300 }
        recorder.record(5)
        #expect(registry.exposition(.openMetrics).lines(with: "span_id=\"0000000000000002\"").count == 2)
        #expect(registry.exposition(.openMetrics).lines(with: "\"0000000000000003\"").isEmpty)
    }

    @Test func `the current sampled span is found without being told`() {
        let registry = MetricsRegistry()
        let tracer = TelemetryTracer(
            resource: Resource(), scope: InstrumentationScope(name: "test"),
            processor: DiscardingSpanProcessor())
        let span = tracer.startSpan("work", context: .topLevel, ofKind: .internal, links: [])
        InstrumentationContext.$current.withValue(span.context) {
            Timer(label: "todo.runtime.task_delay", factory: registry).recordSeconds(1)
        }
        #expect(registry.exposition(.openMetrics).contains("trace_id=\"\(span.spanContext.traceID.hex)\""))
    }

    @Test func `what is prepared is there at zero, for every known value`() {
        let registry = MetricsRegistry()
        registry.prepare(
            "todo.consumer.dead_lettered",
            fixed: [("messaging.consumer.group.name", "audit"), ("todo.event.type", "a.v1")])
        registry.prepare("todo.clock_skew_events")
        registry.prepare("no.such.metric")
        let text = registry.exposition()
        #expect(
            text.contains(
                "todo_consumer_dead_lettered_total{messaging_consumer_group_name=\"audit\","
                    + "reason=\"attempts_exhausted\",todo_event_type=\"a.v1\"} 0\n"))
        #expect(text.contains("\ntodo_clock_skew_events_total 0\n"))
        #expect(text.split(separator: "\n").count { $0.hasPrefix("todo_consumer_dead_lettered_total{") } == 6)
    }

    @Test func `a page tells how long the one before took`() {
        let registry = MetricsRegistry()
        Counter(label: "todo.tasks.created", factory: registry).increment()
        _ = registry.exposition()
        #expect(
            registry.exposition().contains(
                "otel_sdk_metric_reader_collection_duration_seconds_count{otel_component_name="
                    + "\"prometheus_http_text_metric_exporter/0\",otel_component_type="
                    + "\"prometheus_http_text_metric_exporter\"} 1\n"))
    }

    @Test func `pages written while series come and go are whole`() async {
        let registry = MetricsRegistry()
        await withTaskGroup { group in
            for worker in 0..<4 {
                group.addTask {
                    for number in 0..<200 {
                        let counter = Counter(
                            label: "todo.tasks.created", dimensions: [("source", "\(worker)-\(number)")],
                            factory: registry)
                        counter.increment()
                        if number.isMultiple(of: 3) { counter.destroy() }
                    }
                }
            }
            group.addTask {
                for _ in 0..<50 {
                    let page = registry.exposition(.openMetrics)
                    #expect(page.hasSuffix("# EOF\n"))
                }
            }
        }
        let lines = registry.exposition().split(separator: "\n").filter { $0.hasPrefix("todo_tasks_created") }
        #expect(lines.count == 4 * 133)
        #expect(lines == lines.sorted())
    }
}

extension String {
    /// The lines that hold a text, but for what pages tell of themselves.
    fileprivate func lines(with text: String) -> [Substring] {
        split(separator: "\n").filter { $0.contains(text) && !$0.contains("metric_reader") }
    }
}
