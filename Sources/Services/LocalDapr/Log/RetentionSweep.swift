import Logging
import ServiceLifecycle

/// Deletes records past the retention, now and then.
struct RetentionSweep: Service {
    let log: EventLog
    let timing: SidecarTiming
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let discarded = try await log.discardRecords(
                        olderThan: timing.retention, deadLetters: timing.deadLetterRetention)
                    if discarded > 0 {
                        logger.info("records discarded", metadata: ["broker.records": "\(discarded)"])
                    }
                } catch {
                    logger.warning("retention sweep failed", error: error)
                }
                try await Task.sleep(for: timing.sweepPause)
            }
        }
    }
}
