import Dapr
import FoundationEssentials
import Metrics
import Tracing

/// Hands events to the sidecar, each under the span that created it.
struct OutboxSender: Sendable {
    let source: String
    let dapr: DaprClient
    let schema: String

    /// What became of one event.
    enum Outcome: Sendable {
        case sent(OutboxRow)
        case postponed(OutboxRow, reason: String)
        case parked(OutboxRow, reason: String)
        /// Nothing was asked of the event: the sidecar cannot be reached.
        case sidecarAway(OutboxRow)

        var sentID: UUID? {
            if case .sent(let row) = self { row.id } else { nil }
        }

        var isSidecarAway: Bool {
            if case .sidecarAway = self { true } else { false }
        }
    }

    /// Sends events of different keys at the same time; what was not begun in time is left for the next round.
    func send(
        _ rows: [OutboxRow], concurrency: Int, startingWithin limit: Duration, relay: InstrumentationContext
    ) async -> [Outcome] {
        let end = ContinuousClock.now + limit
        return await withTaskGroup(of: Outcome.self) { group in
            var waiting = rows.makeIterator()
            var outcomes: [Outcome] = []
            for _ in 0..<concurrency {
                guard let row = waiting.next() else { break }
                group.addTask { await send(row, relay: relay) }
            }
            for await outcome in group {
                outcomes.append(outcome)
                if ContinuousClock.now < end, let row = waiting.next() {
                    group.addTask { await send(row, relay: relay) }
                }
            }
            return outcomes
        }
    }

    private func send(_ row: OutboxRow, relay: InstrumentationContext) async -> Outcome {
        let created = row.carrier.context()
        let start = ContinuousClock.now
        do {
            try await withSpan("send \(row.topic)", context: created, ofKind: .client) { span in
                span.addLink(SpanLink(context: created, attributes: ["todo.link.reason": "create"]))
                span.addLink(SpanLink(context: relay, attributes: ["todo.link.reason": "relay"]))
                MessagingAttributes.set(on: span, operation: "send", type: "send", topic: row.topic)
                MessagingAttributes.set(
                    on: span, eventID: row.event.id, eventType: row.event.type, source: source,
                    subject: row.event.subject)
                span.attributes["todo.outbox.wait_ms"] = max(
                    0, Int(Date().timeIntervalSince(row.createdAt) * 1000))
                try await dapr.publish(row.event, topic: row.topic, partitionKey: row.partitionKey)
            }
            measure(row, since: start, error: nil)
            return .sent(row)
        } catch let error as DaprError {
            measure(row, since: start, error: error)
            return outcome(of: row, after: error)
        } catch {
            return .postponed(row, reason: "unexpected")
        }
    }

    private func outcome(of row: OutboxRow, after error: DaprError) -> Outcome {
        if case .unreachable = error { return .sidecarAway(row) }
        return error.isRetryable
            ? .postponed(row, reason: error.reasonCode) : .parked(row, reason: error.reasonCode)
    }

    private func measure(_ row: OutboxRow, since start: ContinuousClock.Instant, error: DaprError?) {
        var labels = [
            ("messaging.system", MessagingAttributes.system), ("messaging.operation.name", "send"),
            ("messaging.operation.type", "send"), ("messaging.destination.name", row.topic),
        ]
        if let error { labels.append(("error.type", error.reasonCode)) }
        Timer(
            label: "messaging.client.operation.duration", dimensions: labels, preferredDisplayUnit: .seconds
        )
        .record(duration: ContinuousClock.now - start)
        Counter(label: "messaging.client.sent.messages", dimensions: labels).increment()
        guard error == nil else { return }
        Timer(
            label: "todo.outbox.relay.delay",
            dimensions: [("messaging.destination.name", row.topic), ("outcome", "sent")],
            preferredDisplayUnit: .seconds
        ).recordSeconds(max(0, Date().timeIntervalSince(row.createdAt)))
    }
}
