import EventFlow
import Logging
import ServiceLifecycle

/// Stops first: says on `/readyz` that the process drains, and asks the sidecar to come later with new
/// events. The server behind it ends when what runs is answered.
struct DrainNotice: Service {
    let readiness: Readiness
    let consumer: EventConsumer?
    let onDrain: (@Sendable () -> Void)?
    let logger: Logger

    func run() async throws {
        try? await gracefulShutdown()
        readiness.stop()
        consumer?.drain()
        onDrain?()
        logger.notice("service stops")
    }
}
