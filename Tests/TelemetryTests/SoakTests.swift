import CurlHTTP
import Glibc
import Logging
import TestSupport
import Testing
import Tracing

@testable import Telemetry

private let soakSeconds = getenv("TODO_SOAK_SECONDS").flatMap { Int(String(cString: $0)) } ?? 0

/// The receiver is away for minutes, and nobody reads the log: `make soak` (`TODO_SOAK_SECONDS`).
@Suite(.timeLimit(.minutes(60)), .enabled(if: soakSeconds > 0, "only by make soak")) struct SoakTests {
    private static let spansPerSecond = 5000
    private static let shutdownLimit = Duration.seconds(5)

    /// Memory in RAM, in KiB.
    private var residentMemory: Int {
        let fields = HostFiles.system.line("/proc/self/statm")?.split(separator: " ") ?? []
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE))) / 1024
    }

    @Test func `memory is flat, no caller waits, and the shutdown keeps its bound`() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let port = try FreePorts.one()
        let system = TelemetrySystem(
            configuration: TelemetryConfiguration(
                serviceName: "soak", serviceVersion: "1", serviceInstanceID: "i",
                environment: [
                    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(port)", "OTEL_LOGS_EXPORTER": "otlp",
                ]),
            httpClient: HTTPClient(), logOutput: LogOutput(descriptor: ends[1]))
        let run = Task { await system.run() }
        let clock = ContinuousClock()
        let began = clock.now
        var longest = Duration.zero
        var memory: [Int] = []
        for second in 0..<soakSeconds {
            longest = max(longest, burst(system, clock))
            if second % 10 == 0 {
                memory.append(residentMemory)
                print("soak: \(second) s, \(residentMemory / 1024) MiB, longest call \(longest)")
            }
            try await clock.sleep(until: began + .seconds(second + 1))
        }
        run.cancel()
        await run.value
        let end = clock.now
        await system.shutdown(within: Self.shutdownLimit)
        let shutdown = clock.now - end
        let (spans, logs) = (system.spanCounts(), system.logCounts())
        print("soak: \(spans)\nsoak: \(logs)\nsoak: shutdown \(shutdown), memory in KiB \(memory)")
        #expect(spans.ended == soakSeconds * Self.spansPerSecond && spans.isConserved && logs.isConserved)
        #expect(spans.exported == 0 && spans.queued == 0 && logs.queued == 0)
        // What every caller must be spared is the wait for a receiver; a scheduler's turn is not that.
        #expect(longest < .milliseconds(500))
        #expect(shutdown < Self.shutdownLimit + .seconds(3))
        // The buffer of lines that nobody reads fills within a minute; from then on nothing grows.
        let settled = memory.dropFirst(7)
        if let first = settled.first, let most = settled.max() { #expect(most - first < 4 * 1024) }
        close(ends[0])
        close(ends[1])
    }

    /// One second's spans, a line in each tenth; answers the longest call.
    private func burst(_ system: TelemetrySystem, _ clock: ContinuousClock) -> Duration {
        let logger = Logger(label: "soak") { system.makeLogHandler(label: $0) }
        var longest = Duration.zero
        for number in 0..<Self.spansPerSecond {
            let began = clock.now
            let span = system.tracer.startSpan("soak", context: .topLevel)
            span.attributes["n"] = number
            if number % 10 == 0 { logger.info("soak \(number)", metadata: ["n": "\(number)"]) }
            span.end()
            longest = max(longest, clock.now - began)
        }
        return longest
    }
}
