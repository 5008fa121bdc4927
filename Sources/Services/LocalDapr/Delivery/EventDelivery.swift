import FoundationEssentials
import Logging
import Tracing

/// Carries records to the application once, and closes the matter where the answer allows it.
struct EventDelivery: Sendable {
    enum Verdict: Sendable {
        /// Every record is dealt with.
        case finished
        /// Deliver these again after a pause.
        case again([EventRecord])
        /// The policy gives these up, and there is nowhere to put them.
        case failed([EventRecord])
        /// Nobody listens; nothing has been attempted.
        case appAway
    }

    let link: AppLink
    let log: EventLog
    let subscription: TopicSubscription
    let component: PubSubComponent
    let timing: SidecarTiming

    var policy: TargetPolicy { link.resiliency.inbound(component.name) }

    /// One attempt and its consequences. Without `mayRepeat` a failed record goes to the dead letters, if there
    /// are any.
    func settle(_ records: [EventRecord], mayRepeat: Bool) async throws -> Verdict {
        let start = ContinuousClock.now
        await link.faults.linger(for: link.app.id)
        let attempts = await attempt(records)
        guard !attempts.contains(where: { $0.outcome == .appAway }) else { return .appAway }
        var again: [EventRecord] = []
        var failed: [EventRecord] = []
        for (record, attempt) in zip(records, attempts) {
            switch attempt.outcome {
            case .success, .appAway: note("success", since: start)
            case .drop:
                note("drop", since: start)
                let isBuried = try await bury(record, why: "refused by the application")
                if !isBuried { failed.append(record) }
            case .retry where mayRepeat && !attempt.isFinal && covers(attempt):
                note("retry", since: start)
                again.append(record)
            case .retry:
                let isDead = subscription.deadLetterTopic != nil
                note(isDead ? "drop" : "retry", since: start)
                let isBuried = isDead ? try await bury(record, why: "undeliverable") : false
                if !isBuried { failed.append(record) }
            }
        }
        // Those to be repeated come first; a failure among them will fail again.
        if !again.isEmpty { return .again(again + failed) }
        return failed.isEmpty ? .finished : .failed(failed)
    }

    /// A repetition begins.
    func noteRetry() {
        link.metrics.resiliency(
            "retry", of: policy.source, target: component.name, flow: "inbound", activated: true)
    }

    private func covers(_ attempt: Attempt) -> Bool {
        policy.retry?.covers(status: attempt.status) ?? false
    }

    private func note(_ status: String, since start: ContinuousClock.Instant) {
        guard subscription.bulk == nil else { return }
        link.metrics.delivered(
            topic: subscription.topic, component: component.name, status: status, since: start)
    }

    /// Puts the record among the dead letters as it is, or drops it where there are none.
    ///
    /// - Returns: false if the application may not publish there; the record must then not be lost.
    private func bury(_ record: EventRecord, why: String) async throws -> Bool {
        var fields: Logger.Metadata = [
            "messaging.destination.name": "\(subscription.topic)", "reason": "\(why)",
            "dapr.dead_letter_topic": "\(subscription.deadLetterTopic ?? "none")",
            "messaging.kafka.offset": "\(record.offset)",
        ]
        guard let topic = subscription.deadLetterTopic else {
            link.logger.warning("event dropped", metadata: fields)
            return true
        }
        guard component.scopes.allow(.publish, topic: topic, by: link.app.id) else {
            fields["reason"] = "the scopes forbid the dead-letter topic"
            link.logger.error("event kept: it cannot become a dead letter", metadata: fields)
            return false
        }
        try await log.append(
            topic: topic, key: record.key, metadata: DeliveryHeaders.metadataForDeadLetter(of: record),
            body: record.body)
        link.logger.warning("event dropped", metadata: fields)
        return true
    }
}
