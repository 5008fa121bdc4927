import Dapr
import EventFlow
import Telemetry
import TodoDomain

/// Series that alerts read the rate of, made before anything happens: the increment that creates a series is invisible
/// to `rate` and `increase`, and a dead letter is often the only one of its kind.
enum StartingSeries {
    /// For a process that takes events.
    ///
    /// - Parameter consumer: its topics tell which types may come.
    static func prepare(for consumer: EventConsumer, in metrics: MetricsRegistry) {
        let group = ("messaging.consumer.group.name", consumer.group)
        let topics = Set(consumer.subscriptions.map(\.topic))
        let types = EventCatalogue.platform.definitions.filter { topics.contains($0.topic) }.map(\.type)
        for type in types + ["unknown"] {
            metrics.prepare("todo.consumer.dead_lettered", fixed: [group, ("todo.event.type", type)])
        }
        metrics.prepare("todo.consumer.attempts", fixed: [group])
        metrics.prepare("todo.event.untraced")
        metrics.prepare("todo.clock_skew_events")
    }
}
