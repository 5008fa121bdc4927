import CMalloc
import CurlHTTP
import Glibc
import Telemetry
import Tracing

/// The benchmark that the OpenTelemetry specification describes: 10 000 spans a second for 15 s, each with ten attributes,
/// exported as a process does it. The same loop without spans comes first, so that what is left is telemetry's own.
struct Load {
    private let rate = 10_000
    private let seconds = 15
    /// Spans are made in bursts, so that waiting costs little beside them.
    private let burst = 100

    func run() async throws {
        let system = TelemetrySystem(
            configuration: TelemetryConfiguration(
                serviceName: "benchmark", serviceVersion: "1.0.0", serviceInstanceID: "benchmark-1",
                environment: environment),
            httpClient: HTTPClient())
        let exporting = Task { @concurrent in await system.run() }
        let idle = try await measure { 1 }
        let heapBefore = heap
        var highest = 0
        let busy = try await measure {
            highest = max(highest, heap)
            for _ in 0..<burst {
                let span = system.tracer.startSpan("work", context: .topLevel, ofKind: .server)
                span.updateAttributes(SpanBenchmarks.describe)
                span.end()
            }
            return burst
        }
        exporting.cancel()
        await system.shutdown(within: .seconds(5))
        let counts = system.spanCounts()
        let spent = busy.processor - idle.processor
        print("| 10 000 spans/s for \(seconds) s, exported | |\n|---|---|")
        print("| processor | \(rounded(spent / busy.wall * 100)) % of one core |")
        print(
            "| processor time of a span, from start to wire | \(rounded(spent / Double(counts.ended) * 1e6)) µs |"
        )
        print(
            "| heap, highest above what it was before | \(rounded(Double(highest - heapBefore) / 1e6)) MB |")
        print("| spans a second | \(Int(Double(counts.ended) / busy.wall)) |")
        print(
            "| exported, dropped, failed | \(counts.exported), \(counts.droppedQueueFull), \(counts.failed) |"
        )
    }

    /// Calls the work `rate / burst` times a second.
    private func measure(_ work: () -> Int) async throws -> (processor: Double, wall: Double) {
        let clock = ContinuousClock()
        let wall = Clock.wall.nanoseconds
        let processor = Clock.process.nanoseconds
        var next = clock.now
        for _ in 0..<rate / burst * seconds {
            _ = work()
            next += .seconds(1) * Double(burst) / Double(rate)
            try await clock.sleep(until: next)
        }
        return (
            Double(Clock.process.nanoseconds - processor) / 1e9, Double(Clock.wall.nanoseconds - wall) / 1e9
        )
    }

    private var heap: Int { Int(clamping: cmalloc_heap().used) }

    private var environment: [String: String] {
        guard let endpoint = getenv("OTEL_EXPORTER_OTLP_ENDPOINT") else { return [:] }
        return ["OTEL_EXPORTER_OTLP_ENDPOINT": String(cString: endpoint)]
    }

    private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
