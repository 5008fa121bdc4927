/// Every kind of span the platform makes. `docs/spans.md` is made from it, and the platform's tests read traces and
/// refuse a span that is not declared here.
///
/// To add one: a line here with its name (what differs in braces), its kind and its attributes, and
/// `todo telemetry catalogue --write docs`. Attributes never hold texts of people; ids are welcome, unlike in metrics.
public enum SpanCatalogue {
    /// All of them.
    public static let all =
        requests + statements + events + pages + reminders + notifications + recurring + assistant + sidecar

    /// Requests, answered and made.
    static let requests = [
        SpanDescriptor(
            "{http.request.method} {http.route}", .server, from: "ServiceKit",
            help: "A request to one of our ports, from the first byte to the answer.",
            always: ["http.request.method", "http.route", "network.protocol.version", "url.scheme"],
            sometimes: [
                "error.type", "gen_ai.conversation.id", "http.response.status_code",
                "todo.idempotency.replayed", "todo.job.route",
                "todo.parse.kinds", "todo.recurrence.occurrences", "todo.task.id",
            ]),
        SpanDescriptor(
            "{http.request.method}", .server, from: "ServiceKit", help: "A request that met no route.",
            always: ["http.request.method", "network.protocol.version", "url.scheme"],
            sometimes: ["error.type", "http.response.status_code"]),
        SpanDescriptor(
            "{http.request.method} {url.template}", .client, from: "CurlHTTP",
            help: "A request to another server, the own sidecar above all.",
            always: ["http.request.method", "server.address", "server.port", "url.scheme", "url.template"],
            sometimes: ["error.type", "http.request.resend_count", "http.response.status_code"]),
        SpanDescriptor(
            "{http.request.method}", .client, from: "CurlHTTP",
            help: "A request whose address has no known form.",
            always: ["http.request.method", "server.address", "server.port", "url.scheme"],
            sometimes: ["error.type", "http.request.resend_count", "http.response.status_code"]),
    ]

    /// Statements of the database.
    static let statements = [
        SpanDescriptor(
            "{db.query.summary}", .client, from: "Postgres",
            help: "A statement, made only below another span; statements of one packet last alike.",
            always: [
                "db.namespace", "db.operation.name", "db.query.summary", "db.system.name", "server.address",
                "server.port",
            ],
            sometimes: [
                "db.collection.name", "db.operation.batch.size", "db.query.text", "db.response.status_code",
                "error.type",
            ]),
        SpanDescriptor(
            "wait for connection", .internal, from: "Postgres",
            help:
                "All connections of the pool were taken, or one had to be opened; shorter waits than 1 ms are not told.",
            always: ["db.client.connection.pool.name"], sometimes: ["error.type"]),
    ]

    /// Events, from the transaction that makes one to the transaction that handles it.
    static let events = [
        SpanDescriptor(
            "create {messaging.destination.name}", .producer, from: "EventFlow",
            help: "The making of an event; its context travels with the event.", always: message + cloudEvent,
            sometimes: subject),
        SpanDescriptor(
            "send {messaging.destination.name}", .client, from: "EventFlow",
            help: "An attempt of the relay to hand an event to the broker.",
            always: message + cloudEvent + ["todo.outbox.wait_ms"],
            sometimes: subject + ["error.type", "messaging.batch.message_count"]),
        SpanDescriptor(
            "outbox relay", .internal, from: "EventFlow", help: "One round of the relay, a trace of its own.",
            always: ["messaging.batch.message_count"], sometimes: ["error.type"]),
        SpanDescriptor(
            "process {messaging.destination.name}", .consumer, from: "EventFlow",
            help: "The handling of an event by one consumer.",
            always: message + cloudEvent + ["messaging.consumer.group.name"],
            sometimes: subject + ["error.type", "todo.event.attempt"]),
        SpanDescriptor(
            "process {messaging.destination.name}", .consumer, from: "EventFlow",
            help: "The handling of what is no event, or of an event nobody knows.",
            always: ["messaging.system", "messaging.operation.name", "messaging.consumer.group.name"],
            sometimes: message + cloudEvent + subject + [
                "error.type", "messaging.message.body.size", "todo.event.attempt",
            ]),
        SpanDescriptor(
            "replay {messaging.destination.name}", .internal, from: "EventFlow",
            help: "A dead letter tried again, a trace of its own.",
            always: ["messaging.destination.name", "todo.dead_letter.id", "todo.replay.actor"],
            sometimes: ["error.type"]),
    ]

    /// Open pages.
    static let pages = [
        SpanDescriptor(
            "{todo.page.thing}.{todo.page.act}", .client, scope: .page, from: "the page",
            help: "What a person did, measured and told by the browser, with service.name page.",
            always: [],
            sometimes: [
                "todo.page.background", "todo.page.items", "todo.page.offline", "todo.page.queued",
            ]),
        SpanDescriptor(
            "replay changes", .internal, from: "Gateway",
            help: "A stream asks for what it may lack, a trace of its own.",
            always: ["todo.stream.reason"], sometimes: ["todo.stream.changes"]),
    ]

    /// From the write that sets a reminder to its firing.
    static let reminders = [
        SpanDescriptor(
            "plan reminder", .internal, from: "Reminders",
            help: "The sidecar is asked for a reminder's job; a trace of its own long after the write.",
            always: ["todo.reminder.id"]),
        SpanDescriptor(
            "cancel reminder", .internal, from: "Reminders",
            help: "The sidecar is to forget a reminder's job.", always: ["todo.reminder.id"]),
        SpanDescriptor(
            "fire reminder", .internal, from: "Reminders",
            help: "An attempt to fire: a trace of its own, linked to what set the reminder and what woke us.",
            always: ["todo.reminder.id", "todo.reminder.trigger", "todo.task.id"],
            sometimes: ["error.type", "todo.reminder.outcome"]),
    ]

    /// The way to people.
    static let notifications = [
        SpanDescriptor(
            "deliver {todo.notification.channel}", .internal, from: "Notifications",
            help: "An attempt to send a message; a trace of its own when it is late or tells many things.",
            always: ["todo.notification.attempt", "todo.notification.channel", "todo.notification.items"],
            sometimes: [
                "error.type", "messaging.message.id", "todo.notification.id", "todo.notification.outcome",
            ]),
        SpanDescriptor(
            "SMTP", .client, from: "CurlHTTP", help: "A mail on its way to the mail server.",
            always: ["server.address", "server.port"], sometimes: ["error.type"]),
    ]

    private static let message = [
        "messaging.system", "messaging.operation.name", "messaging.operation.type",
        "messaging.destination.name", "messaging.message.id",
    ]
    private static let cloudEvent = [
        "cloudevents.event_id", "cloudevents.event_type", "cloudevents.event_source",
        "cloudevents.event_spec_version",
    ]
    private static let subject = ["cloudevents.event_subject"]
}
