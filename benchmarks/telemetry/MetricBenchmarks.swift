import CoreMetrics
import OTLP
import Telemetry
import Tracing

/// What metrics cost.
struct MetricBenchmarks {
    private let registry = MetricsRegistry()
    private let withoutExemplars = MetricsRegistry(exemplars: nil)
    private let labels = [
        ("http.request.method", "GET"), ("http.route", "/api/v1/tasks/{id}"), ("url.scheme", "http"),
    ]
    /// Durations that meet different buckets.
    private let durations: [Int64] = (0..<64).map { Int64(1_000_000 << ($0 % 12)) }
    private let sampled = TelemetryTracer(
        resource: Resource(), scope: InstrumentationScope(name: "benchmark"),
        processor: DiscardingSpanProcessor()
    ).startSpan("work", context: .topLevel, ofKind: .internal, links: []).context
    private var unsampled: InstrumentationContext {
        var context = sampled
        context.spanContext = context.spanContext?.sampled(false)
        return context
    }

    var all: [Benchmark] { recording + making + pages }

    private var recording: [Benchmark] {
        let counter = Counter(label: "todo.tasks.created", dimensions: [("source", "api")], factory: registry)
        let gauge = Gauge(label: "todo.outbox.pending_events", factory: registry)
        let plain = Timer(
            label: "http.server.request.duration", dimensions: labels, factory: withoutExemplars)
        let timer = Timer(label: "http.server.request.duration", dimensions: labels, factory: registry)
        let quiet = Timer(label: "todo.sidecar.call.duration", factory: registry)
        let record = { (timer: Timer, count: Int) in
            for index in 0..<count { timer.recordNanoseconds(durations[index & 63]) }
        }
        return [
            Benchmark(name: "counter, handle kept", goal: 30, operations: 100_000) { count in
                for _ in 0..<count { counter.increment() }
            },
            Benchmark(name: "gauge, handle kept", goal: nil, operations: 100_000) { count in
                for number in 0..<count { gauge.record(number) }
            },
            Benchmark(name: "histogram without exemplars", goal: nil, operations: 100_000) { count in
                record(plain, count)
            },
            Benchmark(name: "histogram, outside of a span", goal: 100, operations: 100_000) { count in
                record(timer, count)
            },
            Benchmark(
                name: "histogram with exemplars, in a sampled span", goal: 100, operations: 100_000
            ) { count in
                InstrumentationContext.$current.withValue(sampled) { record(timer, count) }
            },
            Benchmark(
                name: "histogram, in a span that is not sampled", goal: 100, operations: 100_000
            ) { count in
                InstrumentationContext.$current.withValue(unsampled) { record(quiet, count) }
            },
        ]
    }

    /// Where a handle cannot be kept, because its labels differ from call to call.
    private var making: [Benchmark] {
        [
            Benchmark(name: "counter, found by one label", goal: nil, operations: 20_000) { count in
                for _ in 0..<count {
                    Counter(label: "todo.tasks.created", dimensions: [("source", "api")], factory: registry)
                        .increment()
                }
            },
            Benchmark(name: "timer, found by three labels", goal: nil, operations: 20_000) { count in
                for _ in 0..<count {
                    Timer(label: "http.server.request.duration", dimensions: labels, factory: registry)
                        .recordNanoseconds(1_000_000)
                }
            },
        ]
    }

    private var pages: [Benchmark] {
        let large = registry(lines: 5000)
        return [
            Benchmark(name: "page of 5 000 lines, text", goal: 5_000_000, operations: 1) { _ in
                _ = large.page(.text)
            },
            Benchmark(name: "page of 5 000 lines, OpenMetrics", goal: 5_000_000, operations: 1) { _ in
                _ = large.page(.openMetrics)
            },
        ]
    }

    /// Half of the lines are counters of a hundred label sets each, half are histograms of nineteen lines each.
    private func registry(lines: Int) -> MetricsRegistry {
        let registry = MetricsRegistry()
        for number in 0..<lines / 2 {
            Counter(
                label: "benchmark.requests.\(number / 100)",
                dimensions: [("http.route", "/api/v1/things/\(number)")], factory: registry
            ).increment(by: Int64(number))
        }
        for number in 0..<lines / 38 {
            let timer = Timer(
                label: "http.server.request.duration",
                dimensions: [("http.route", "/api/v1/things/\(number)"), ("url.scheme", "http")],
                factory: registry)
            InstrumentationContext.$current.withValue(sampled) {
                for value in durations { timer.recordNanoseconds(value) }
            }
        }
        return registry
    }
}
