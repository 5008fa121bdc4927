import CurlHTTP
import FoundationEssentials
import Logging
import Tracing

/// Carries one record to the application once, and closes the matter if the answer allows it.
struct EventDelivery: Sendable {
    enum Verdict: Sendable {
        /// The record is finished and the group's position stands behind it.
        case finished
        /// Deliver the same record again later.
        case again
        /// Nobody listens; the record has not been attempted.
        case appAway
    }

    let link: AppLink
    let log: EventLog
    let subscription: TopicSubscription
    let timeout: Duration

    /// One attempt and its consequences. `isLastAttempt` gives the record up if it fails and may go to a
    /// dead-letter topic; without one it can only be repeated.
    func settle(_ record: EventRecord, isLastAttempt: Bool) async throws -> Verdict {
        switch await attempt(record) {
        case .appAway: return .appAway
        case .success: link.metrics.delivered(topic: subscription.topic, status: "success")
        case .drop: try await drop(record, why: "refused by the application")
        case .retry:
            link.metrics.delivered(topic: subscription.topic, status: "retry")
            guard isLastAttempt, subscription.deadLetterTopic != nil else { return .again }
            try await drop(record, why: "undeliverable")
        }
        try await log.advance(link.app.id, in: record.partition, to: record.offset + 1)
        return .finished
    }

    private func drop(_ record: EventRecord, why: String) async throws {
        link.logger.warning(
            "event dropped",
            metadata: [
                "messaging.destination.name": "\(subscription.topic)", "reason": "\(why)",
                "dapr.dead_letter_topic": "\(subscription.deadLetterTopic ?? "none")",
                "messaging.kafka.offset": "\(record.offset)",
            ])
        if let deadLetterTopic = subscription.deadLetterTopic {
            let metadata = DeliveryHeaders.metadataForDeadLetter(of: record)
            try await log.append(
                topic: deadLetterTopic, key: record.key, metadata: metadata, body: record.body)
        }
        link.metrics.delivered(topic: subscription.topic, status: "drop")
    }

    private func attempt(_ record: EventRecord) async -> DeliveryOutcome {
        guard
            let event = StoredEvent(record, subscription: subscription, newID: UUID().uuidString.lowercased())
        else { return subscription.deadLetterTopic == nil ? .retry : .drop }
        if let expiration = event.expiration, expiration <= Date() { return .drop }
        guard let trace = event.trace else { return await post(event, of: record, trace: [:]).outcome }

        // Each attempt is a span of its own beside the others, as the real sidecar draws it.
        let span = link.tracer.startSpan(
            "pubsub/\(subscription.topic)", context: link.tracer.context(from: trace), ofKind: .client)
        span.updateAttributes { attributes in
            attributes["messaging.system"] = "pubsub"
            attributes["messaging.destination.name"] = subscription.topic
        }
        let (outcome, status) = await post(event, of: record, trace: link.tracer.headers(for: span.context))
        if let status { span.attributes["http.response.status_code"] = status }
        if outcome != .success { span.setStatus(SpanStatus(code: .error, message: "\(outcome)")) }
        span.end()
        return outcome
    }

    private func post(
        _ event: StoredEvent, of record: EventRecord, trace: TraceCarrier
    ) async -> (outcome: DeliveryOutcome, status: Int?) {
        let headers = DeliveryHeaders.headers(of: record, subscription: subscription, trace: trace)
        let request = link.request(
            "POST", subscription.route, headers: headers, body: event.body, timeout: timeout)
        do {
            let response = try await link.http.send(request)
            return (DeliveryOutcome(status: response.status, body: response.body), response.status)
        } catch .connectionFailed {
            return (.appAway, nil)
        } catch {
            link.logger.debug("delivery failed", metadata: ["error.type": "\(error.reasonCode)"])
            return (.retry, nil)
        }
    }
}
