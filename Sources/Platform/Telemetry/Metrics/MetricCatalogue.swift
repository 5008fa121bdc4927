/// Every metric the platform makes: its type, unit, meaning and buckets.
///
/// A metric that is not listed still works, with a generic help; whatever an alert or a panel uses is listed.
public enum MetricCatalogue {
    /// All of them.
    public static let all: [MetricDescriptor] =
        http + database + outbox + messaging + selfTelemetry + process + platform + sidecar + blocks

    static let http = [
        MetricDescriptor(
            "http.server.request.duration", .histogram, unit: "s", help: "Duration of HTTP requests served."),
        MetricDescriptor(
            "todo.http.requests_shed", .counter, help: "Requests turned away because too many were under way."
        ),
        MetricDescriptor(
            "todo.http.requests_abandoned", .counter,
            help: "Requests whose client went away before the answer."
        ),
        MetricDescriptor(
            "todo.http.requests_refused", .counter,
            help: "Requests refused for their form or slowness before any route saw them."),
        MetricDescriptor(
            "todo.http.connections_open", .gauge, help: "Connections of clients, by port (listener)."),
        MetricDescriptor(
            "todo.http.connections_refused", .counter, help: "Connections refused because too many were open."
        ),
        MetricDescriptor(
            "http.server.active_requests", .gauge, help: "HTTP requests being served right now."),
        MetricDescriptor(
            "http.server.request.body.size", .histogram, unit: "By", help: "Size of request bodies received.",
            buckets: .bytes),
        MetricDescriptor(
            "http.server.response.body.size", .histogram, unit: "By", help: "Size of response bodies sent.",
            buckets: .bytes),
        MetricDescriptor(
            "http.client.request.duration", .histogram, unit: "s", help: "Duration of HTTP requests made."),
        MetricDescriptor(
            "todo.sidecar.call.duration", .histogram, unit: "s",
            help: "Duration of calls to the own sidecar, by building block.", buckets: .messaging),
    ]

    static let database = [
        MetricDescriptor(
            "db.client.operation.duration", .histogram, unit: "s", help: "Duration of database operations.",
            buckets: .database),
        MetricDescriptor(
            "db.client.response.returned_rows", .histogram, help: "Rows returned by database operations.",
            buckets: .rows),
        MetricDescriptor(
            "db.client.connection.count", .gauge, help: "Connections of the pool by state (idle or used)."),
        MetricDescriptor("db.client.connection.max", .gauge, help: "Connections the pool may open."),
        MetricDescriptor(
            "db.client.connection.idle.max", .gauge, help: "Idle connections the pool may keep."),
        MetricDescriptor(
            "db.client.connection.idle.min", .gauge, help: "Idle connections the pool keeps ready."),
        MetricDescriptor(
            "db.client.connection.pending_requests", .gauge,
            help: "Callers waiting for a connection right now."),
        MetricDescriptor(
            "db.client.connection.timeouts", .counter, help: "Callers that got no connection in time."),
        MetricDescriptor(
            "todo.db.round_trips", .counter,
            help:
                "Packets of statements sent to the database and answered, however many statements each held."),
        MetricDescriptor(
            "db.client.connection.wait_time", .histogram, unit: "s", help: "Wait for a connection.",
            buckets: .database),
        MetricDescriptor(
            "db.client.connection.use_time", .histogram, unit: "s",
            help: "Time between taking a connection and giving it back.", buckets: .database),
        MetricDescriptor(
            "db.client.connection.create_time", .histogram, unit: "s", help: "Time to open a connection.",
            buckets: .database),
    ]

    static let outbox = [
        MetricDescriptor("todo.outbox.pending_events", .gauge, help: "Events waiting in the outbox."),
        MetricDescriptor(
            "todo.outbox.oldest_pending_age", .gauge, unit: "s",
            help: "Age of the oldest event in the outbox."),
        MetricDescriptor(
            "todo.outbox.relay.delay", .histogram, unit: "s",
            help: "From an event's commit to the broker's acknowledgement.", buckets: .outboxDelay),
        MetricDescriptor(
            "todo.outbox.relay.batch_size", .histogram, help: "Events relayed in one round.",
            buckets: .batchSize),
        MetricDescriptor(
            "todo.outbox.parked_events", .gauge, help: "Events set aside, for a person to decide on."),
        MetricDescriptor(
            "todo.outbox.relay.shards", .gauge, help: "Shards of the outbox this process holds."),
        MetricDescriptor(
            "todo.outbox.relay.paused", .gauge, help: "1 while the relay waits for its sidecar, else 0."),
        MetricDescriptor("todo.outbox.published", .counter, help: "Events the broker took."),
        MetricDescriptor(
            "todo.outbox.publish_failures", .counter, help: "Attempts to send that failed, by error_type."),
        MetricDescriptor(
            "todo.outbox.last_publish_timestamp", .gauge, unit: "s", help: "When the relay last published."),
    ]

    static let messaging = [
        MetricDescriptor(
            "messaging.client.operation.duration", .histogram, unit: "s",
            help: "Duration of messaging operations.", buckets: .messaging),
        MetricDescriptor("messaging.client.sent.messages", .counter, help: "Messages sent."),
        MetricDescriptor("messaging.client.consumed.messages", .counter, help: "Messages delivered to us."),
        MetricDescriptor(
            "messaging.process.duration", .histogram, unit: "s", help: "Duration of processing a message.",
            buckets: .messaging),
        MetricDescriptor(
            "todo.event.end_to_end.duration", .histogram, unit: "s",
            help: "From an event's commit to the end of its handling.", buckets: .eventEndToEnd),
        MetricDescriptor(
            "todo.event.stage.duration", .histogram, unit: "s",
            help: "Share of each stage in an event's way (outbox_wait, publish, broker, handler).",
            buckets: .eventEndToEnd),
        MetricDescriptor("todo.consumer.retries", .counter, help: "Deliveries we asked to have again."),
        MetricDescriptor("todo.consumer.dead_lettered", .counter, help: "Events that became dead letters."),
        MetricDescriptor("todo.consumer.duplicates", .counter, help: "Events seen before and left alone."),
        MetricDescriptor("todo.consumer.in_flight", .gauge, help: "Events being handled right now."),
        MetricDescriptor(
            "todo.consumer.attempts", .counter, help: "Attempts to handle an event, by outcome."),
        MetricDescriptor(
            "todo.consumer.dead_letters", .gauge, help: "Dead letters waiting for a decision, by reason."),
        MetricDescriptor(
            "todo.consumer.stale", .counter, help: "Events older than what is held of their entity."),
        MetricDescriptor(
            "todo.consumer.unknown_types", .counter, help: "Events acknowledged that nobody here wants."),
        MetricDescriptor(
            "todo.consumer.unrouted", .counter, help: "Deliveries to a route that is not there."),
        MetricDescriptor(
            "todo.consumer.failures_pruned", .counter, help: "Settled failures that were forgotten."),
        MetricDescriptor("todo.inbox.pruned", .counter, help: "Ids of handled events that were forgotten."),
        MetricDescriptor(
            "todo.callback.duration", .histogram, unit: "s",
            help: "Duration of handling jobs and cron ticks of the sidecar.", buckets: .messaging),
        MetricDescriptor("todo.event.untraced", .counter, help: "Events that came without a trace context."),
        MetricDescriptor(
            "todo.clock_skew_events", .counter, help: "Events that seem to come from the future."),
        MetricDescriptor(
            "todo.reminder.lateness", .histogram, unit: "s", help: "How late reminders were delivered.",
            buckets: .lateness),
    ]

    static let selfTelemetry = [
        MetricDescriptor("otel.sdk.span.started", .counter, help: "Spans started."),
        MetricDescriptor("otel.sdk.span.live", .gauge, help: "Recorded spans that have not ended."),
        MetricDescriptor("otel.sdk.processor.span.queue.size", .gauge, help: "Spans waiting for export."),
        MetricDescriptor("otel.sdk.processor.span.queue.capacity", .gauge, help: "Spans that may wait."),
        MetricDescriptor(
            "otel.sdk.processor.span.processed", .counter,
            help: "Spans handed to the exporter, or dropped before (error_type)."),
        MetricDescriptor("otel.sdk.exporter.span.inflight", .gauge, help: "Spans being exported."),
        MetricDescriptor(
            "otel.sdk.exporter.span.exported", .counter,
            help: "Spans exported, or lost in export (error_type)."),
        MetricDescriptor(
            "otel.sdk.exporter.operation.duration", .histogram, unit: "s",
            help: "Duration of exports with their retries."),
        MetricDescriptor(
            "todo.telemetry.series_overflow", .counter,
            help: "Label sets that found no room and went to the overflow series."),
        MetricDescriptor(
            "todo.telemetry.log_lines_dropped", .counter, help: "Log lines dropped, queue full."),
    ]

    static let process = [
        MetricDescriptor("process.cpu", .counter, unit: "s", help: "Processor time used."),
        MetricDescriptor("process.resident_memory", .gauge, unit: "By", help: "Memory in RAM."),
        MetricDescriptor("process.virtual_memory", .gauge, unit: "By", help: "Memory reserved."),
        MetricDescriptor("process.open_fds", .gauge, help: "Open file descriptors."),
        MetricDescriptor("process.max_fds", .gauge, help: "File descriptors that may be open."),
        MetricDescriptor(
            "process.start_time", .gauge, unit: "s", help: "When the process began, since 1970."),
        MetricDescriptor("process.threads", .gauge, help: "Threads."),
    ]

    static let platform = [
        MetricDescriptor(
            "todo.task.queries", .counter,
            help:
                "Reads of many tasks, by kind (plain, filter, trash, search, search_corrected) and first sort key."
        ),
        MetricDescriptor(
            "todo.filter.refusals", .counter, help: "Filters that could not be read, by error_type."),
        MetricDescriptor("todo.settings.changes", .counter, help: "Changes of users' settings."),
        MetricDescriptor(
            "todo.settings.conflicts", .counter,
            help: "Writes done again because the owner's settings had changed meanwhile."),
        MetricDescriptor(
            "todo.tasks.derived", .counter, help: "Tasks whose instants were derived anew in the background."),
        MetricDescriptor("todo.build_info", .gauge, help: "1; the labels name the build."),
        MetricDescriptor("todo.dependency.up", .gauge, help: "1 when the dependency answered last, else 0."),
        MetricDescriptor("todo.tasks.created", .counter, help: "Tasks created."),
        MetricDescriptor(
            "todo.task.transitions", .counter, help: "Tasks that went from one state to another."),
        MetricDescriptor(
            "todo.zones.loads", .counter,
            help: "Time zones looked for on disk: loaded, unknown or unreadable (outcome)."),
        MetricDescriptor("todo.task.updates", .counter, help: "Tasks changed in place."),
        MetricDescriptor("todo.tasks.purged", .counter, help: "Tasks removed from the trash for good."),
        MetricDescriptor(
            "todo.collections.updates", .counter, help: "Lists and templates written, by entity."),
        MetricDescriptor(
            "todo.undo.requests", .counter, help: "Requests to undo a write, by outcome (undone or refused)."),
        MetricDescriptor(
            "todo.bulk.requests", .counter,
            help: "Bulk requests, by outcome (answered, taken_back or dry_run)."),
        MetricDescriptor(
            "todo.bulk.items", .histogram, help: "Items of bulk requests.", buckets: .rows),
        MetricDescriptor("todo.changes.pruned", .counter, help: "Changes past their retention, removed."),
        MetricDescriptor("todo.rate_limit.decisions", .counter, help: "Requests let through or refused."),
        MetricDescriptor(
            "todo.runtime.event_loop_delay", .histogram, unit: "s", help: "Lateness of event loops.",
            buckets: .schedulingDelay),
        MetricDescriptor(
            "todo.runtime.task_delay", .histogram, unit: "s", help: "Lateness of the task executor.",
            buckets: .schedulingDelay),
        MetricDescriptor("target_info", .gauge, help: "1; the labels are the resource attributes."),
    ]

    /// Found by the dotted name, the name with underscores, or the full Prometheus name.
    static func descriptor(of label: String) -> MetricDescriptor? {
        byIdentifier[prometheusIdentifier(label)]
    }

    private static let byIdentifier: [String: MetricDescriptor] = {
        var table: [String: MetricDescriptor] = [:]
        for descriptor in all {
            table[prometheusIdentifier(descriptor.name)] = descriptor
            table[descriptor.prometheusName] = descriptor
        }
        return table
    }()
}
