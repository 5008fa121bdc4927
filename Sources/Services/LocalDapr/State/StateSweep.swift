import Logging
import ServiceLifecycle

/// Removes values whose life is over, now and then; nobody sees them before that either.
struct StateSweep: Service {
    let table: StateTable
    let pause: Duration
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let removed = try await table.removeExpired()
                    if removed > 0 {
                        logger.info("expired state removed", metadata: ["state.values": "\(removed)"])
                    }
                } catch {
                    logger.warning("expired state could not be removed", error: error)
                }
                try await Task.sleep(for: pause)
            }
        }
    }
}
