import Logging
import ServiceLifecycle

/// Stops first: says on `/readyz` that the process drains.
struct DrainNotice: Service {
    let readiness: Readiness
    let logger: Logger

    func run() async throws {
        try? await gracefulShutdown()
        readiness.stop()
        logger.notice("service stops")
    }
}
