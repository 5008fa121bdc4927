import Dapr
import Logging
import Postgres
import Tracing

extension EventConsumer {
    /// Whose decision it was to try again, when it was not the sidecar's.
    struct Replay: Sendable {
        let deadLetter: Int64
        let actor: String
    }

    /// One attempt, with its span and its metrics.
    func process(
        _ event: ReceivedEvent, body: [UInt8], parent: InstrumentationContext? = nil, replay: Replay? = nil
    ) async -> DeliveryOutcome {
        let start = ContinuousClock.now
        metrics.begin()
        defer { metrics.end() }
        let ambient = InstrumentationContext.current ?? .topLevel
        return await withSpan("process \(event.topic)", context: parent ?? ambient, ofKind: .consumer) {
            span in
            MessagingAttributes.describe(event, by: group, on: span)
            if parent != nil {
                span.addLink(SpanLink(context: ambient, attributes: ["todo.link.reason": "batch"]))
            }
            let outcome = await attempt(event, body: body, replay: replay, span: span)
            mark(span, outcome.reason)
            metrics.measure(event, outcome: outcome, since: start)
            return outcome
        }
    }

    /// What cannot be an event. It is written down and dropped, in a span as everything else.
    func reject(unreadable body: [UInt8], on topic: String) async -> DeliveryOutcome {
        await withSpan("process \(topic)", ofKind: .consumer) { span in
            MessagingAttributes.set(on: span, operation: "process", type: "process", topic: topic)
            span.attributes["messaging.consumer.group.name"] = group
            span.attributes["messaging.message.body.size"] = body.count
            let failure = DeliveryFailure(
                ofUnreadable: body, topic: topic, traceparent: TraceCarrier.current().traceparent)
            let outcome = await failed(failure, span: span)
            mark(span, outcome.reason)
            if case .rejected(let reason) = outcome { metrics.deadLetter(type: nil, reason: reason) }
            return outcome
        }
    }

    func mark(_ span: any Span, _ reason: String?) {
        guard let reason else { return }
        span.attributes["error.type"] = reason
        span.setStatus(SpanStatus(code: .error))
    }

    private func attempt(
        _ event: ReceivedEvent, body: [UInt8], replay: Replay?, span: any Span
    ) async -> DeliveryOutcome {
        let verdict: FailureVerdict
        do {
            if let violation = contract?.violation(ofType: event.envelope.type, data: event.envelope.data) {
                verdict = .violation(violation)
            } else {
                return try await effect(of: event, replay: replay)
            }
        } catch {
            verdict = FailureVerdict(of: error)
        }
        let failure = DeliveryFailure(
            of: event, body: body, verdict: verdict, traceparent: TraceCarrier.current().traceparent)
        return await failed(failure, span: span)
    }

    /// Everything that the event does, and the proof that it did it, in one transaction.
    private func effect(of event: ReceivedEvent, replay: Replay?) async throws -> DeliveryOutcome {
        let handlers = handlers(for: event)
        return try await database.transaction { transaction in
            let isNew = try await inbox.admit(event, in: transaction)
            if isNew { for route in handlers { try await route.handler(event, transaction) } }
            if let replay {
                try await failures.resolve(replay.deadLetter, by: replay.actor, in: transaction)
            }
            return isNew ? .done : .duplicate
        }
    }
}
