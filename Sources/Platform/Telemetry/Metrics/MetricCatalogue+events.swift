extension MetricCatalogue {
    /// Events on their way out.
    static let outbox = [
        MetricDescriptor("todo.outbox.pending_events", .gauge, help: "Events waiting in the outbox."),
        MetricDescriptor(
            "todo.outbox.oldest_pending_age", .gauge, unit: "s",
            help: "Age of the oldest event in the outbox."),
        MetricDescriptor(
            "todo.outbox.relay.delay", .histogram, unit: "s",
            help: "From an event's commit to the broker's acknowledgement.", buckets: .outboxDelay,
            labels: [.topic, MetricLabel("outcome", oneOf: ["sent"])]),
        MetricDescriptor(
            "todo.outbox.relay.batch_size", .histogram, help: "Events relayed in one round.",
            buckets: .batchSize),
        MetricDescriptor(
            "todo.outbox.parked_events", .gauge, help: "Events set aside, for a person to decide on."),
        MetricDescriptor(
            "todo.outbox.relay.shards", .gauge, help: "Shards of the outbox this process holds."),
        MetricDescriptor(
            "todo.outbox.relay.paused", .gauge, help: "1 while the relay waits for its sidecar, else 0."),
        MetricDescriptor(
            "todo.outbox.published", .counter, help: "Events the broker took.", labels: [.topic]),
        MetricDescriptor(
            "todo.outbox.publish_failures", .counter, help: "Attempts to send that failed, by error_type.",
            labels: [.topic, .errorType]),
        MetricDescriptor(
            "todo.outbox.last_publish_timestamp", .gauge, unit: "s", help: "When the relay last published."),
    ]

    /// Events on their way in.
    static let messaging = [
        MetricDescriptor(
            "messaging.client.operation.duration", .histogram, unit: "s",
            help: "Duration of messaging operations.", buckets: .messaging,
            labels: [.messagingSystem, .operation, .operationType, .topic, .group, .errorType]),
        MetricDescriptor(
            "messaging.client.sent.messages", .counter, help: "Messages sent.",
            labels: [.messagingSystem, .operation, .operationType, .topic, .errorType]),
        MetricDescriptor(
            "messaging.client.consumed.messages", .counter, help: "Messages delivered to us.",
            labels: [.topic, .group]),
        MetricDescriptor(
            "messaging.process.duration", .histogram, unit: "s", help: "Duration of processing a message.",
            buckets: .messaging,
            labels: [.messagingSystem, .operation, .topic, .group, .eventType, .errorType]),
        MetricDescriptor(
            "todo.event.end_to_end.duration", .histogram, unit: "s",
            help: "From an event's commit to the end of its handling.", buckets: .eventEndToEnd,
            labels: [.topic, .group, .eventType]),
        MetricDescriptor(
            "todo.event.stage.duration", .histogram, unit: "s",
            help: "Share of each stage in an event's way (outbox_wait, publish, broker, handler).",
            buckets: .eventEndToEnd,
            labels: [MetricLabel("stage", oneOf: ["outbox_wait", "publish", "broker", "handler"])]),
        MetricDescriptor(
            "todo.consumer.retries", .counter, help: "Deliveries we asked to have again.",
            labels: [.group, .eventType, .reason]),
        MetricDescriptor(
            "todo.consumer.dead_lettered", .counter, help: "Events that became dead letters.",
            labels: [.group, .eventType, .deadLetterReason], fromStart: true),
        MetricDescriptor(
            "todo.consumer.duplicates", .counter, help: "Events seen before and left alone.", labels: [.group]
        ),
        MetricDescriptor(
            "todo.consumer.in_flight", .upDownCounter, help: "Events being handled right now.",
            labels: [.group]),
        MetricDescriptor(
            "todo.consumer.attempts", .counter, help: "Attempts to handle an event, by outcome.",
            labels: [.group, MetricLabel("outcome", oneOf: ["done", "duplicate", "rejected", "retry"])]),
        MetricDescriptor(
            "todo.consumer.dead_letters", .gauge, help: "Dead letters waiting for a decision, by reason.",
            labels: [.group, .reason]),
        MetricDescriptor(
            "todo.consumer.stale", .counter, help: "Events older than what is held of their entity.",
            labels: [.group, .topic]),
        MetricDescriptor(
            "todo.consumer.unknown_types", .counter, help: "Events acknowledged that nobody here wants.",
            labels: [.topic, .group]),
        MetricDescriptor(
            "todo.consumer.unrouted", .counter, help: "Deliveries to a route that is not there.",
            fromStart: true),
        MetricDescriptor(
            "todo.consumer.failures_pruned", .counter, help: "Settled failures that were forgotten.",
            labels: [.group]),
        MetricDescriptor(
            "todo.inbox.pruned", .counter, help: "Ids of handled events that were forgotten.",
            labels: [.group]),
        MetricDescriptor(
            "todo.callback.duration", .histogram, unit: "s",
            help: "Duration of handling jobs and cron ticks of the sidecar.", buckets: .messaging,
            labels: [
                MetricLabel("todo.callback.kind", oneOf: ["job", "cron"]),
                MetricLabel("todo.callback.route", atMost: 20), .errorType,
            ]),
        MetricDescriptor(
            "todo.event.untraced", .counter, help: "Events that came without a trace context.",
            fromStart: true),
        MetricDescriptor(
            "todo.clock_skew_events", .counter, help: "Events that seem to come from the future.",
            fromStart: true),
    ]
}
