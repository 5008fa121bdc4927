// What docs/telemetry.md shows, compiled with nothing of the product in sight.
import CurlHTTP
import FoundationEssentials
import Logging
import Metrics
import Telemetry
import Tracing

func useInAnotherServer() async {
    // begin
    let telemetry = TelemetrySystem(
        configuration: TelemetryConfiguration(
            serviceName: "orders", serviceVersion: "1.0.0", serviceInstanceID: "orders-1",
            environment: ProcessInfo.processInfo.environment),
        httpClient: HTTPClient())
    LoggingSystem.bootstrap { telemetry.makeLogHandler(label: $0) }
    MetricsSystem.bootstrap(telemetry.metrics)
    InstrumentationSystem.bootstrap(telemetry.tracer)
    telemetry.flushLogsOnCrash()
    let running = Task { await telemetry.run() }  // exports as spans and log records come

    let logger = Logger(label: "orders")
    withSpan("place order", ofKind: .server) { span in
        span.attributes["order.items"] = 3
        logger.info("order placed", metadata: ["order.items": "3"])  // a line that names the span
    }
    print(telemetry.metrics.exposition())  // what /metrics answers

    running.cancel()
    await telemetry.shutdown(within: .seconds(5))  // the last flush; in time, whatever the receiver does
    // end
}
