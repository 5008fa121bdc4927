import Dapr
import Logging
import Postgres
import Tracing

extension EventConsumer {
    /// Writes a failure down, now that its transaction is rolled back, and says what the sidecar is to do.
    func failed(_ failure: DeliveryFailure, span: any Span) async -> DeliveryOutcome {
        let outcome = await judged(failure, span: span)
        report(failure, outcome)
        return outcome
    }

    private func judged(_ failure: DeliveryFailure, span: any Span) async -> DeliveryOutcome {
        let verdict = failure.verdict
        guard !verdict.isDatabaseGone else { return .retry(verdict.reason) }
        do {
            guard let standing = try await failures.record(failure, limit: settings.attemptLimit) else {
                return .retry(verdict.reason)
            }
            span.attributes["todo.event.attempt"] = standing.attempts
            let isExhausted =
                verdict.kind == .unexplained && standing.unexplained >= settings.attemptLimit
            return switch verdict.kind {
            case .poison: .rejected(verdict.reason)
            case .unexplained where isExhausted: .rejected("attempts_exhausted")
            case .unexplained, .transient: .retry(verdict.reason)
            }
        } catch {
            logger.error(
                "a failed event could not be written down", error: error,
                metadata: ["event.id": "\(failure.eventID)", "topic": "\(failure.topic)"])
            // Poison stays poison, and the dead-letter topic keeps it; but when only time is needed the
            // record is worth another attempt.
            let canWait = FailureVerdict(of: error).kind == .transient
            return verdict.kind == .poison && !canWait ? .rejected(verdict.reason) : .retry(verdict.reason)
        }
    }

    private func report(_ failure: DeliveryFailure, _ outcome: DeliveryOutcome) {
        let isDead = outcome.status == .drop
        logger.log(
            level: isDead ? .error : .warning,
            isDead ? "event dropped" : "event could not be handled and will be asked for again",
            metadata: [
                "event.id": "\(failure.eventID)", "event.type": "\(failure.type ?? "unknown")",
                "topic": "\(failure.topic)", "reason": "\(outcome.reason ?? "none")",
                "detail": "\(failure.verdict.detail ?? "none")", "bytes": "\(failure.envelope.count)",
            ])
    }
}
