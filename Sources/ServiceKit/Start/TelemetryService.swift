import CurlHTTP
import ServiceLifecycle
import Telemetry

/// Keeps telemetry going until everything else has stopped, then sends what is left.
struct TelemetryService: Service {
    let system: TelemetrySystem
    let http: HTTPClient

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await system.run()
        }
        await system.shutdown(within: .seconds(5))
        await http.close()
    }
}
