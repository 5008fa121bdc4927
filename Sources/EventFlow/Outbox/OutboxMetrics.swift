import FoundationEssentials
import Metrics
import Synchronization

/// What the relay tells about itself. Metrics of a topic are made once: the relay writes several for each event.
final class OutboxMetrics: Sendable {
    private struct Topic: Sendable {
        let duration: Metrics.Timer
        let messages: Counter
        let published: Counter
        let delay: Metrics.Timer
    }

    private let topics = Mutex<[String: Topic]>([:])
    private let wait = Metrics.Timer(
        label: "todo.event.stage.duration", dimensions: [("stage", "outbox_wait")],
        preferredDisplayUnit: .seconds)
    private let publish = Metrics.Timer(
        label: "todo.event.stage.duration", dimensions: [("stage", "publish")], preferredDisplayUnit: .seconds
    )
    private let lastPublished = Gauge(label: "todo.outbox.last_publish_timestamp")
    private let batch = Recorder(label: "todo.outbox.relay.batch_size")
    private let heldShards = Gauge(label: "todo.outbox.relay.shards")
    private let pause = Gauge(label: "todo.outbox.relay.paused")
    private let pending = Gauge(label: "todo.outbox.pending_events")
    private let oldest = Gauge(label: "todo.outbox.oldest_pending_age")
    private let parked = Gauge(label: "todo.outbox.parked_events")

    func round(of events: Int) { batch.record(events) }
    func shards(_ count: Int) { heldShards.record(count) }
    func isPaused(_ isPaused: Bool) { pause.record(isPaused ? 1 : 0) }

    func backlog(pending: Int, oldestSeconds: Double, parked: Int) {
        self.pending.record(pending)
        oldest.record(oldestSeconds)
        self.parked.record(parked)
    }

    /// How long an event stood in the outbox before its sending began, by the clock of who wrote it.
    func waited(_ seconds: Double) { wait.recordSeconds(max(0, seconds)) }

    /// The broker has it.
    func sent(_ row: OutboxRow, in duration: Duration, at time: Date) {
        let metrics = metrics(of: row.topic)
        metrics.duration.record(duration: duration)
        metrics.messages.increment()
        metrics.published.increment()
        metrics.delay.recordSeconds(max(0, time.timeIntervalSince(row.createdAt)))
        publish.record(duration: duration)
        lastPublished.record(time.timeIntervalSince1970)
    }

    /// It was tried, and the broker may not have it.
    func failed(_ row: OutboxRow, in duration: Duration, reason: String) {
        let labels = Self.labels(of: row.topic) + [("error.type", reason)]
        Metrics.Timer(
            label: "messaging.client.operation.duration", dimensions: labels, preferredDisplayUnit: .seconds
        )
        .record(duration: duration)
        Counter(label: "messaging.client.sent.messages", dimensions: labels).increment()
        Counter(
            label: "todo.outbox.publish_failures",
            dimensions: [("messaging.destination.name", row.topic), ("error.type", reason)]
        ).increment()
    }

    private func metrics(of topic: String) -> Topic {
        topics.withLock { topics in
            if let known = topics[topic] { return known }
            let labels = Self.labels(of: topic)
            let destination = [("messaging.destination.name", topic)]
            let made = Topic(
                duration: Metrics.Timer(
                    label: "messaging.client.operation.duration", dimensions: labels,
                    preferredDisplayUnit: .seconds),
                messages: Counter(label: "messaging.client.sent.messages", dimensions: labels),
                published: Counter(label: "todo.outbox.published", dimensions: destination),
                delay: Metrics.Timer(
                    label: "todo.outbox.relay.delay", dimensions: destination + [("outcome", "sent")],
                    preferredDisplayUnit: .seconds))
            topics[topic] = made
            return made
        }
    }

    private static func labels(of topic: String) -> [(String, String)] {
        [
            ("messaging.system", MessagingAttributes.system), ("messaging.operation.name", "send"),
            ("messaging.operation.type", "send"), ("messaging.destination.name", topic),
        ]
    }
}
