import Logging
import ServiceLifecycle

/// Round after round, until the process is to stop; the round under way is finished.
struct CanaryLoop: Service {
    let canary: Canary
    let interval: Duration
    let logger: Logger

    func run() async throws {
        var canary = canary
        var wasGood = true
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            let start = ContinuousClock.now
            let report = await canary.round()
            CanaryMetrics.record(report)
            if let failure = report.failure, let trouble = failure.trouble {
                logger.warning(
                    "a round failed",
                    metadata: ["canary.step": "\(failure.step.rawValue)", "canary.trouble": "\(trouble)"])
            } else if !wasGood {
                logger.notice("rounds are good again")
            }
            wasGood = report.isGood
            await cancelWhenGracefulShutdown {
                try? await Task.sleep(until: start + interval, clock: .continuous)
            }
        }
        await canary.leave()
    }
}
