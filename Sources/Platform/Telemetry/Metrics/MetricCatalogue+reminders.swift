extension MetricCatalogue {
    /// From the write that sets a reminder to the request to tell the user.
    static let reminders = [
        MetricDescriptor(
            "todo.reminder.lateness", .histogram, unit: "s",
            help: "From a reminder's instant to the request to tell its user.", buckets: .lateness,
            labels: [MetricLabel("trigger", oneOf: ["job", "poll"])]),
        MetricDescriptor(
            "todo.reminders", .counter,
            help: "What became of reminders; failed attempts to fire are made again.",
            labels: [
                MetricLabel(
                    "result", oneOf: ["scheduled", "delivered", "passed", "cancelled", "early", "failed"])
            ], fromStart: true),
        MetricDescriptor(
            "todo.reminders.due", .gauge, help: "Reminders that are due and have not fired."),
        MetricDescriptor(
            "todo.reminder.oldest_overdue", .gauge, unit: "s",
            help: "For how long the oldest of them is due."),
        MetricDescriptor(
            "todo.reminders.rederived", .counter,
            help: "Reminders that moved with the zone of their owner, or with its rules."),
        MetricDescriptor(
            "todo.reminder.jobs", .counter, help: "What the sidecar was asked for, and jobs that came stale.",
            labels: [MetricLabel("outcome", oneOf: ["planned", "deleted", "failed", "stale"])]),
        MetricDescriptor(
            "todo.reminder.jobs.pending", .gauge,
            help: "Reminders whose job at the sidecar is not the one they want."),
    ]
}
