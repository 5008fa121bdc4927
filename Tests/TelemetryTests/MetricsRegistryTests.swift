import CoreMetrics
import Glibc
import Testing

@testable import Telemetry

@Suite struct MetricsRegistryTests {
    private let registry = MetricsRegistry()

    @Test func `the exposition is what Prometheus reads`() {
        let labels = [("http.route", "/api/tasks/{id}"), ("http.request.method", "GET")]
        let timer = Timer(label: "http.server.request.duration", dimensions: labels, factory: registry)
        for milliseconds in [4, 5, 200, 201, 2000, 60_000] { timer.recordMilliseconds(milliseconds) }
        Counter(label: "todo.consumer.retries", dimensions: [("reason", "a\"b\\c\nd")], factory: registry)
            .increment(by: 3)
        Gauge(label: "todo.outbox.oldest_pending_age", factory: registry).record(1.5)
        let meter = Meter(
            label: "http.server.active_requests", dimensions: [("url.scheme", "http")], factory: registry)
        meter.increment(by: 3)
        meter.decrement()
        Recorder(label: "todo.outbox.relay.batch_size", factory: registry).record(20)
        #expect(registry.exposition() == golden)
    }

    private let golden = """
        # HELP http_server_active_requests HTTP requests being served right now.
        # TYPE http_server_active_requests gauge
        http_server_active_requests{url_scheme="http"} 2
        # HELP http_server_request_duration_seconds Duration of HTTP requests served.
        # TYPE http_server_request_duration_seconds histogram
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="0.005"} 2
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="0.01"} 2
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="0.025"} 2
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="0.05"} 2
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="0.075"} 2
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="0.1"} 2
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="0.2"} 3
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="0.25"} 4
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="0.5"} 4
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="0.75"} 4
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="1"} 4
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="2"} 5
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="2.5"} 5
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="5"} 5
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="7.5"} 5
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="10"} 5
        http_server_request_duration_seconds_bucket{http_request_method="GET",http_route="/api/tasks/{id}",le="+Inf"} 6
        http_server_request_duration_seconds_sum{http_request_method="GET",http_route="/api/tasks/{id}"} 62.41
        http_server_request_duration_seconds_count{http_request_method="GET",http_route="/api/tasks/{id}"} 6
        # HELP todo_consumer_retries_total Deliveries we asked to have again.
        # TYPE todo_consumer_retries_total counter
        todo_consumer_retries_total{reason="a\\"b\\\\c\\nd"} 3
        # HELP todo_outbox_oldest_pending_age_seconds Age of the oldest event in the outbox.
        # TYPE todo_outbox_oldest_pending_age_seconds gauge
        todo_outbox_oldest_pending_age_seconds 1.5
        # HELP todo_outbox_relay_batch_size Events relayed in one round.
        # TYPE todo_outbox_relay_batch_size histogram
        todo_outbox_relay_batch_size_bucket{le="1"} 0
        todo_outbox_relay_batch_size_bucket{le="2"} 0
        todo_outbox_relay_batch_size_bucket{le="5"} 0
        todo_outbox_relay_batch_size_bucket{le="10"} 0
        todo_outbox_relay_batch_size_bucket{le="20"} 1
        todo_outbox_relay_batch_size_bucket{le="50"} 1
        todo_outbox_relay_batch_size_bucket{le="100"} 1
        todo_outbox_relay_batch_size_bucket{le="200"} 1
        todo_outbox_relay_batch_size_bucket{le="500"} 1
        todo_outbox_relay_batch_size_bucket{le="+Inf"} 1
        todo_outbox_relay_batch_size_sum 20
        todo_outbox_relay_batch_size_count 1

        """

    @Test(arguments: [
        ("http.server.request.duration", "http_server_request_duration_seconds"),
        ("db.client.connection.timeouts", "db_client_connection_timeouts_total"),
        ("messaging.client.sent.messages", "messaging_client_sent_messages_total"),
        ("todo.outbox.last_publish_timestamp", "todo_outbox_last_publish_timestamp_seconds"),
        ("process.cpu", "process_cpu_seconds_total"),
        ("process.resident_memory", "process_resident_memory_bytes"),
        ("process.open_fds", "process_open_fds"), ("process.start_time", "process_start_time_seconds"),
        ("todo.event.end_to_end.duration", "todo_event_end_to_end_duration_seconds"),
        ("otel.sdk.processor.span.queue.size", "otel_sdk_processor_span_queue_size"),
        ("todo.telemetry.series_overflow", "todo_telemetry_series_overflow_total"),
        ("http.server.request.body.size", "http_server_request_body_size_bytes"),
        ("todo.dependency.up", "todo_dependency_up"), ("todo.build_info", "todo_build_info"),
    ])
    func `names are translated as the catalogue says`(name: String, expected: String) {
        #expect(MetricCatalogue.descriptor(of: name)?.prometheusName == expected)
        #expect(MetricCatalogue.descriptor(of: expected)?.name == name)
    }

    @Test func `names and help in the catalogue are sound`() {
        let names = MetricCatalogue.all.map(\.prometheusName)
        #expect(Set(names).count == names.count)
        for descriptor in MetricCatalogue.all {
            #expect(descriptor.help.hasSuffix(".") && !descriptor.help.contains("\n"))
            #expect(descriptor.prometheusName == prometheusIdentifier(descriptor.prometheusName))
        }
    }

    @Test func `every objective is a bucket boundary`() {
        let table: [(String, [Double])] = [
            ("http.server.request.duration", [0.2, 2]), ("todo.event.end_to_end.duration", [0.5]),
            ("todo.reminder.lateness", [60]), ("db.client.operation.duration", [0.0025, 0.025, 0.2]),
            ("messaging.process.duration", [0.2]),
        ]
        for (name, bounds) in table {
            for bound in bounds {
                #expect(
                    MetricCatalogue.descriptor(of: name)?.buckets.bounds.contains(bound) == true, "\(name)")
            }
        }
    }

    @Test func `spellings of one name are one metric`() {
        Counter(label: "todo.consumer.retries", factory: registry).increment()
        Counter(label: "todo_consumer_retries", factory: registry).increment()
        Counter(label: "todo_consumer_retries_total", factory: registry).increment()
        FloatingPointCounter(label: "todo.consumer.retries", factory: registry).increment(by: 0.5)
        #expect(registry.exposition().contains("\ntodo_consumer_retries_total 3.5\n"))
    }

    @Test func `an unknown metric works and has a help of its own`() {
        Timer(label: "my.work", factory: registry).recordSeconds(3)
        Counter(label: "9 lives!", dimensions: [("le", "x"), ("a.b", "1"), ("a_b", "2")], factory: registry)
            .increment()
        let text = registry.exposition()
        #expect(text.contains("# TYPE my_work_seconds histogram\n"))
        #expect(text.contains("my_work_seconds_sum 3\n"))
        #expect(
            text.contains("_9_lives__total{a_b=\"2\",le_=\"x\"} 1\n")
                || text.contains("_9_lives_total{a_b=\"2\",le_=\"x\"} 1\n"))
    }

    @Test func `a name used for two types shows the first and breaks nothing`() {
        Counter(label: "clash_total", factory: registry).increment()
        Gauge(label: "clash_total", factory: registry).record(7)
        let text = registry.exposition()
        #expect(text.contains("clash_total 1\n") && !text.contains("clash_total 7"))
    }

    @Test func `label sets beyond the limit share one series and none is lost`() {
        for number in 0..<(MetricFamily.limit + 50) {
            Counter(label: "todo.tasks.created", dimensions: [("source", "\(number)")], factory: registry)
                .increment()
        }
        let text = registry.exposition()
        #expect(text.contains("todo_tasks_created_total{otel_metric_overflow=\"true\"} 50\n"))
        #expect(
            text.contains("todo_telemetry_series_overflow_total{metric=\"todo_tasks_created_total\"} 50\n"))
        let series = text.split(separator: "\n").count { $0.hasPrefix("todo_tasks_created_total{") }
        #expect(series == MetricFamily.limit + 1)
    }

    @Test func `odd values do no harm`() {
        let counter = FloatingPointCounter(label: "odd", factory: registry)
        for value in [Double.nan, .infinity, -1, 0.25] { counter.increment(by: value) }
        let gauge = Gauge(label: "gauge", factory: registry)
        gauge.record(-Double.infinity)
        let timer = Timer(label: "timer", factory: registry)
        timer.recordNanoseconds(-5)
        let text = registry.exposition()
        #expect(text.contains("odd_total 0.25\n"))
        #expect(text.contains("gauge -Inf\n"))
        #expect(text.contains("timer_seconds_sum 0\n") && text.contains("timer_seconds_count 1\n"))
    }

    @Test func `recording from many tasks counts everything`() async {
        let counter = Counter(label: "hits", factory: registry)
        let meter = Meter(label: "level", factory: registry)
        let timer = Timer(label: "work", factory: registry)
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<2000 {
                        counter.increment()
                        meter.increment()
                        meter.decrement()
                        timer.recordMilliseconds(10)
                    }
                }
            }
        }
        let text = registry.exposition()
        #expect(text.contains("\nhits_total 16000\n"))
        #expect(text.contains("\nlevel 0\n"))
        #expect(text.contains("\nwork_seconds_count 16000\n"))
    }

    @Test func `a destroyed metric is no longer shown`() {
        let counter = Counter(label: "gone", factory: registry)
        counter.increment()
        counter.destroy()
        #expect(registry.exposition() == "")
    }

    @Test func `the kernel's figures are read from proc`() throws {
        let fields = (3...52).map { "\($0)" }.joined(separator: " ")
        let stat = "42 (a (b) c) \(fields)"
        let reading = try #require(
            ProcessMetrics.reading(stat: stat, systemStat: "cpu 1\nbtime 1000\n", ticks: 100, pageSize: 4096))
        #expect(
            reading
                == ProcessMetrics.Reading(
                    cpuSeconds: 0.29, virtualBytes: 23, residentBytes: 24 * 4096, threads: 20,
                    startTime: 1000.22))
        #expect(ProcessMetrics.reading(stat: "", systemStat: "", ticks: 100, pageSize: 1) == nil)
    }

    private static let promtool: String? = ["/usr/bin/promtool", "/usr/local/bin/promtool"]
        .first { (path: String) in access(path, X_OK) == 0 }

    @Test(.enabled(if: promtool != nil, "promtool is not installed"))
    func `promtool finds nothing to complain about`() throws {
        let promtool = try #require(Self.promtool)
        // Left out are OpenTelemetry's own name (promtool wants "_count" for histograms only) and those of Dapr.
        let given = MetricCatalogue.all.filter {
            $0.name != "db.client.connection.count" && !$0.name.hasPrefix("dapr_")
        }
        for descriptor in given {
            switch descriptor.kind {
            case .counter: registry.counter(descriptor.name).increment(by: 1 as Int64)
            case .gauge, .upDownCounter: registry.gauge(descriptor.name).set(1 as Int64)
            case .histogram:
                registry.histogram(descriptor.name, [], isTimer: descriptor.unit == "s").record(1.0)
            }
        }
        let pipe = try #require(popen("\(promtool) check metrics >/dev/null 2>&1", "w"))
        fputs(registry.exposition(), pipe)
        #expect(pclose(pipe) == 0)
    }
}
