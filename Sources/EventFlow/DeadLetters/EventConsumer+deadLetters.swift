import Dapr
import Logging
import Tracing

extension EventConsumer {
    /// Keeps a dead letter that is ours: one of our routes wants it, and it has not had its effect here.
    ///
    /// Every service that subscribes to a topic gets the dead letters of all of them, and the sidecar says
    /// neither whose they are nor why. What another service gave up and we have still to handle is kept as
    /// well for a while: the effect settles it.
    func keep(deadLetter body: [UInt8], of topic: String) async -> DeliveryStatus {
        let content = DeadLetterTopic.content(of: body)
        guard let event = ReceivedEvent(body: content, topic: topic) else {
            let outcome = await reject(unreadable: content, on: topic)
            // Nothing stands behind this topic: what is written down is done, and the rest comes again.
            return outcome.status == .retry ? .retry : .success
        }
        guard event.envelope.source != group, !handlers(for: event).isEmpty else { return .success }
        return await turns.take(event.orderingKey) { await keep(event, content: content) } ?? .retry
    }

    private func keep(_ event: ReceivedEvent, content: [UInt8]) async -> DeliveryStatus {
        let topic = DeadLetterTopic.name(of: event.topic)
        return await withSpan("process \(topic)", ofKind: .consumer) { span in
            MessagingAttributes.describe(event, by: group, topic: topic, on: span)
            let verdict = FailureVerdict(kind: .transient, reason: "undelivered")
            do {
                let failure = DeliveryFailure(of: event, body: content, verdict: verdict, traceparent: nil)
                guard try await failures.keep(failure) else { return .success }
                metrics.deadLetter(type: event.envelope.type, reason: verdict.reason)
                logger.error(
                    "event given up by the sidecar",
                    metadata: [
                        "event.id": "\(event.envelope.id)", "event.type": "\(event.envelope.type)",
                        "topic": "\(event.topic)", "reason": "\(verdict.reason)",
                    ])
                return .success
            } catch {
                mark(span, FailureVerdict(of: error).reason)
                logger.error(
                    "a dead letter could not be written down and will be asked for again", error: error,
                    metadata: ["event.id": "\(event.envelope.id)", "topic": "\(topic)"])
                return .retry
            }
        }
    }

    /// Handles a stored event once more: a trace of its own, bound by links to the creation of the event, to
    /// the attempt that failed and to the request that asked for it.
    func replay(_ letter: DeadLetter, content: [UInt8], by actor: String) async -> ReplayResult {
        guard let event = ReceivedEvent(body: content, topic: letter.topic) else {
            return ReplayResult(id: letter.id, outcome: .failed, reason: "bad_envelope", traceId: nil)
        }
        guard !handlers(for: event).isEmpty else {
            return ReplayResult(id: letter.id, outcome: .failed, reason: "unknown_type", traceId: nil)
        }
        let request = InstrumentationContext.current
        return await withSpan("replay \(letter.topic)", context: .topLevel, ofKind: .internal) { span in
            link(span, to: event.creation.context(), "replay")
            link(span, to: TraceCarrier(traceparent: letter.failedTraceparent).context(), "failed_attempt")
            if let request { link(span, to: request, "request") }
            span.attributes["todo.dead_letter.id"] = letter.id
            span.attributes["todo.replay.actor"] = actor
            span.attributes["messaging.destination.name"] = letter.topic
            let replay = Replay(deadLetter: letter.id, actor: actor)
            let outcome = await turns.take(event.orderingKey) {
                await process(event, body: content, replay: replay)
            }
            mark(span, outcome.map(\.reason) ?? "turned_away")
            logger.notice(
                "dead letter replayed",
                metadata: [
                    "event.id": "\(letter.eventId)", "topic": "\(letter.topic)", "actor": "\(actor)",
                    "outcome": "\(outcome.map { "\($0)" } ?? "turned_away")",
                ])
            return ReplayResult(id: letter.id, outcome, traceID: TraceCarrier.current().traceID)
        }
    }

    private func link(_ span: any Span, to context: InstrumentationContext, _ reason: String) {
        span.addLink(SpanLink(context: context, attributes: ["todo.link.reason": "\(reason)"]))
    }
}

extension ReplayResult {
    fileprivate init(id: Int64, _ outcome: DeliveryOutcome?, traceID: String?) {
        let word: Outcome =
            switch outcome {
            case .done: .done
            case .duplicate: .duplicate
            case .rejected: .failed
            case .retry, nil: .postponed
            }
        self.init(
            id: id, outcome: word, reason: outcome.map(\.reason) ?? "turned_away", traceId: traceID)
    }
}

extension TraceCarrier {
    /// The 32 digits in the middle of the `traceparent`.
    fileprivate var traceID: String? {
        traceparent.flatMap { text in
            let parts = text.split(separator: "-")
            return parts.count == 4 ? String(parts[1]) : nil
        }
    }
}
