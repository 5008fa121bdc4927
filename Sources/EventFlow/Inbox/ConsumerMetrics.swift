import Dapr
import FoundationEssentials
import Metrics

/// What a consumer counts and measures.
struct ConsumerMetrics: Sendable {
    let group: String
    private let inFlight: Meter
    private let brokerStage = stage("broker")
    private let handlerStage = stage("handler")

    init(group: String) {
        self.group = group
        inFlight = Meter(
            label: "todo.consumer.in_flight", dimensions: [("messaging.consumer.group.name", group)])
    }

    private static func stage(_ name: String) -> Timer {
        Timer(
            label: "todo.event.stage.duration", dimensions: [("stage", name)], preferredDisplayUnit: .seconds)
    }

    /// How long an event lay in the broker, with both its clock and ours in whole milliseconds.
    func arrived(appendedMilliseconds: Int64, now: Date = Date()) {
        let age = now.timeIntervalSince1970 - Double(appendedMilliseconds) / 1000
        brokerStage.recordSeconds(max(0, age))
    }

    func begin() { inFlight.increment() }
    func end() { inFlight.decrement() }

    /// A type that no route of the topic wants. Its name comes from outside and is no label.
    func unknownType(topic: String) {
        Counter(label: "todo.consumer.unknown_types", dimensions: destination(topic)).increment()
    }

    /// A delivery that was turned away before it was tried.
    func turnedAway(_ event: ReceivedEvent, reason: String) {
        count("todo.consumer.retries", type: event.envelope.type, reason: reason)
    }

    func deadLetter(type: String?, reason: String) {
        count("todo.consumer.dead_lettered", type: type ?? "unknown", reason: reason)
    }

    func measure(_ event: ReceivedEvent, outcome: DeliveryOutcome, since start: ContinuousClock.Instant) {
        let destination = destination(event.topic)
        let type = event.envelope.type
        var labels =
            [("messaging.system", MessagingAttributes.system), ("messaging.operation.name", "process")]
            + destination + [("todo.event.type", type)]
        if let reason = outcome.reason { labels.append(("error.type", reason)) }
        Timer(label: "messaging.process.duration", dimensions: labels, preferredDisplayUnit: .seconds)
            .record(duration: ContinuousClock.now - start)
        Counter(label: "messaging.client.consumed.messages", dimensions: destination).increment()
        count(attempt: outcome)
        switch outcome {
        case .done:
            measureAge(of: event, labels: destination + [("todo.event.type", type)])
            handlerStage.record(duration: ContinuousClock.now - start)
        case .duplicate:
            Counter(label: "todo.consumer.duplicates", dimensions: [("messaging.consumer.group.name", group)])
                .increment()
        case .rejected(let reason):
            deadLetter(type: type, reason: reason)
        case .retry(let reason):
            count("todo.consumer.retries", type: type, reason: reason)
        }
    }

    private func count(attempt outcome: DeliveryOutcome) {
        let word =
            switch outcome {
            case .done: "done"
            case .duplicate: "duplicate"
            case .rejected: "rejected"
            case .retry: "retry"
            }
        Counter(
            label: "todo.consumer.attempts",
            dimensions: [("messaging.consumer.group.name", group), ("outcome", word)]
        ).increment()
    }

    private func measureAge(of event: ReceivedEvent, labels: [(String, String)]) {
        guard let time = Timestamp.date(from: event.envelope.time) else { return }
        let age = Date().timeIntervalSince(time)
        if age < 0 { Counter(label: "todo.clock_skew_events").increment() }
        Timer(
            label: "todo.event.end_to_end.duration", dimensions: labels, preferredDisplayUnit: .seconds
        ).recordSeconds(max(0, age))
    }

    private func destination(_ topic: String) -> [(String, String)] {
        [("messaging.destination.name", topic), ("messaging.consumer.group.name", group)]
    }

    private func count(_ metric: String, type: String, reason: String) {
        Counter(
            label: metric,
            dimensions: [
                ("messaging.consumer.group.name", group), ("todo.event.type", type), ("reason", reason),
            ]
        ).increment()
    }
}
