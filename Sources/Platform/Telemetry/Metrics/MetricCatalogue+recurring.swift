extension MetricCatalogue {
    /// From a completed instance to the next one.
    static let recurring = [
        MetricDescriptor(
            "todo.recurrences.generated", .counter,
            help: "Requests for a next instance that came to their end.",
            labels: [
                MetricLabel("frequency", oneOf: ["daily", "weekly", "monthly", "yearly", "custom"]),
                MetricLabel("result", oneOf: ["created", "existed", "ended", "superseded", "failed"]),
            ]),
        MetricDescriptor(
            "todo.recurrence.retries", .counter, help: "Attempts that have to be made again.",
            labels: [
                MetricLabel(
                    "reason",
                    oneOf: ["unreachable", "timeout", "unavailable", "not_allowed", "unreadable_answer"])
            ]),
        MetricDescriptor(
            "todo.recurrence.delay", .histogram, unit: "s",
            help: "From the completion of an instance to the next one, all attempts included.",
            buckets: .lateness),
        MetricDescriptor(
            "todo.recurrence.pending", .gauge, help: "Instances that are asked for and not made."),
        MetricDescriptor(
            "todo.recurrence.oldest_pending.age", .gauge, unit: "s",
            help: "For how long the oldest of them is asked for."),
    ]
}
