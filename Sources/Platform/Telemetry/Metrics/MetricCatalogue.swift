/// Every metric the platform makes: its type, unit, meaning, labels and buckets. `docs/metrics.md` is made from it, and
/// the platform's tests scrape every process and refuse a metric, a label or a value that is not declared here.
///
/// To add a metric:
/// 1. Make it where it happens, by the API of the metrics package: `Counter(label: "todo.tasks.created", …)`.
/// 2. Add a line to the list of its part of the platform, here or in the file beside this one: the OpenTelemetry name,
///    the type (`Meter` and sums that go both ways are `.upDownCounter`, `Timer` and `Recorder` are `.histogram`,
///    `Gauge` is `.gauge`), the unit (`s`, `By`; nothing for what is counted), one sentence of help.
/// 3. Declare its labels, each with the values it may have (`oneOf:`) or how many at most (`atMost:`). Shared ones are
///    in `MetricLabel`. For a histogram choose buckets: each objective is a boundary.
/// 4. `fromStart: true` if an alert reads its rate, and make its series when the process starts.
/// 5. `todo telemetry catalogue --write docs`.
///
/// A metric that is not listed works nevertheless, with a generic help.
public enum MetricCatalogue {
    /// All of them, by part of the platform.
    public static let groups = [
        MetricGroup("HTTP", from: "ServiceKit, CurlHTTP, Dapr", http),
        MetricGroup("Database", from: "Postgres", database),
        MetricGroup("Outbox", from: "EventFlow", outbox),
        MetricGroup("Events", from: "EventFlow, ServiceKit", messaging),
        MetricGroup("Tasks and dependencies", from: "services, ServiceKit", platform),
        MetricGroup("Reminders", from: "Reminders", reminders),
        MetricGroup("Notifications", from: "Notifications", notifications),
        MetricGroup("Pages", from: "Gateway", pages),
        MetricGroup("Recurring tasks", from: "Recurring", recurring),
        MetricGroup("Assistant", from: "Assistant", assistant),
        MetricGroup("From outside", from: "Canary", canary),
        MetricGroup("Traces", from: "Traces", traces),
        MetricGroup("Process", from: "Telemetry", process),
        MetricGroup("Runtime", from: "ServiceKit", runtime),
        MetricGroup("Telemetry about itself", from: "Telemetry", selfTelemetry),
        MetricGroup("Local stand-in for Dapr", from: "LocalDapr", sidecar + blocks),
    ]

    /// All of them.
    public static let all = groups.flatMap(\.metrics)

    /// What the services themselves count.
    static let platform = [
        MetricDescriptor(
            "todo.build_info", .gauge, help: "1; the labels name the build.",
            labels: [
                MetricLabel("version", atMost: 1), MetricLabel("revision", atMost: 1),
                MetricLabel("swift_version", atMost: 1),
            ]),
        MetricDescriptor(
            "todo.dependency.up", .gauge, help: "1 when the dependency answered last, else 0.",
            labels: [MetricLabel("dependency", atMost: 8)]),
        MetricDescriptor(
            "todo.tasks.created", .counter, help: "Tasks created.",
            labels: [MetricLabel("source", oneOf: ["api", "chat", "recurrence"])]),
        MetricDescriptor(
            "todo.task.transitions", .counter, help: "Tasks that went from one state to another.",
            labels: [MetricLabel("from", atMost: 8), MetricLabel("to", atMost: 8)]),
        MetricDescriptor("todo.tasks.purged", .counter, help: "Tasks removed from the trash for good."),
        MetricDescriptor(
            "todo.collections.updates", .counter, help: "Lists and templates written.",
            labels: [MetricLabel("entity", oneOf: ["list", "template"])]),
        MetricDescriptor(
            "todo.search.words_forgotten", .counter, help: "Words that no task has any more, forgotten."),
        MetricDescriptor(
            "todo.imports", .counter, help: "Imports of files.",
            labels: [MetricLabel("outcome", oneOf: ["imported", "dry_run", "refused"])]),
        MetricDescriptor("todo.tasks.imported", .counter, help: "Tasks made by imports."),
        MetricDescriptor(
            "todo.undo.requests", .counter, help: "Requests to undo a write.",
            labels: [MetricLabel("outcome", oneOf: ["undone", "refused"])]),
        MetricDescriptor(
            "todo.bulk.requests", .counter, help: "Bulk requests.",
            labels: [MetricLabel("outcome", oneOf: ["answered", "taken_back", "dry_run"])]),
        MetricDescriptor(
            "todo.bulk.items", .histogram, help: "Items of bulk requests.", buckets: .rows),
        MetricDescriptor("todo.changes.pruned", .counter, help: "Changes past their retention, removed."),
        MetricDescriptor(
            "todo.task.queries", .counter, help: "Reads of many tasks, by first sort key.",
            labels: [
                MetricLabel("kind", oneOf: ["plain", "filter", "trash", "search", "search_corrected"]),
                MetricLabel("sort", atMost: 12),
            ]),
        MetricDescriptor(
            "todo.filter.refusals", .counter, help: "Filters that could not be read.",
            labels: [.errorType]),
        MetricDescriptor("todo.settings.changes", .counter, help: "Changes of users' settings."),
        MetricDescriptor(
            "todo.settings.conflicts", .counter,
            help: "Writes done again because the owner's settings had changed meanwhile."),
        MetricDescriptor(
            "todo.tasks.derived", .counter, help: "Tasks whose instants were derived anew in the background."),
        MetricDescriptor(
            "todo.recurrence.steps", .histogram,
            help: "Days and periods looked at for one preview of a rule.", buckets: .rows),
        MetricDescriptor(
            "todo.parse.parts", .counter, help: "Requests whose phrase held such a part.",
            labels: [MetricLabel("kind", atMost: 16)]),
        MetricDescriptor(
            "todo.zones.loads", .counter, help: "Time zones looked for on disk.",
            labels: [MetricLabel("outcome", oneOf: ["loaded", "unknown", "unreadable"])]),
        MetricDescriptor(
            "todo.rate_limit.decisions", .counter, help: "Requests let through or refused.",
            labels: [
                MetricLabel("limiter", atMost: 8), MetricLabel("decision", oneOf: ["allowed", "refused"]),
            ]),
        MetricDescriptor(
            "todo.rate_limit.unshared", .counter,
            help: "Requests let through by a replica alone, because the state store could not be asked.",
            labels: [MetricLabel("limiter", atMost: 8)]),
        MetricDescriptor(
            "todo.passwords.refused", .counter,
            help: "Passwords that were not looked at, because too many waited for a hash already."),
        MetricDescriptor("target_info", .gauge, help: "1; the labels are the resource attributes."),
        MetricDescriptor(
            "todo.task.updates", .counter, help: "Changes of tasks that left their state as it was."),
        MetricDescriptor(
            "todo.idempotency.replays", .counter,
            help: "Writes answered from an earlier one with the same key."),
        MetricDescriptor("todo.idempotency.pruned", .counter, help: "Keys of writes that were forgotten."),
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
