// What telemetry costs: run by `scripts/bench-telemetry.sh`, which counts allocations as well.
//
// `telemetry-benchmark [TEXT]` measures single operations: the one of that name, or those whose name holds TEXT. `telemetry-benchmark load`
// makes 10 000 spans a second for 15 s and exports them to the receiver that OTEL_EXPORTER_OTLP_ENDPOINT names.

@main
struct TelemetryBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "load" { return try await Load().run() }
        print("| | median | 80 % of rounds | goal | allocations |\n|---|---|---|---|---|")
        let groups = [SpanBenchmarks().all, EncodingBenchmarks().all, MetricBenchmarks().all]
        for group in groups {
            let named = group.filter { arguments.first == $0.name }
            let chosen = named.isEmpty ? group.filter { arguments.allSatisfy($0.name.contains) } : named
            let results = await Benchmark.run(chosen)
            for result in results { print(result.line) }
            guard let bare = results.first(where: { $0.name == EncodingBenchmarks.bare }) else { continue }
            for result in results where result.name != bare.name {
                let ratio = (result.ratio(to: bare) * 100).rounded() / 100
                print("| \(result.name) ÷ \(bare.name) | \(ratio) | | 1.5 | |")
            }
        }
    }
}
