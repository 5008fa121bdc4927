extension MetricCatalogue {
    /// Open pages, and what they are told.
    static let pages = [
        MetricDescriptor("todo.stream.open", .upDownCounter, help: "Streams of live updates that are open."),
        MetricDescriptor(
            "todo.stream.events", .counter, help: "Events written to streams, or about to be.",
            labels: [
                MetricLabel("event", oneOf: ["change", "notification", "ready", "reset", "end"])
            ]),
        MetricDescriptor(
            "todo.stream.duplicates", .counter,
            help: "Changes that a stream had written before they were delivered."),
        MetricDescriptor(
            "todo.stream.replays", .counter, help: "Questions to the feed for what a stream lacks.",
            labels: [MetricLabel("reason", oneOf: ["resume", "gap", "check"])]),
        MetricDescriptor(
            "todo.stream.replayed_changes", .counter, help: "Changes that streams got from the feed."),
        MetricDescriptor(
            "todo.stream.resets", .counter,
            help: "Pages told to read everything anew, because the feed does not reach back far enough."),
        MetricDescriptor(
            "todo.stream.cut_off", .counter, help: "Streams whose page did not read fast enough.",
            fromStart: true),
        MetricDescriptor(
            "todo.stream.refused", .counter, help: "Streams refused because the user had enough.",
            fromStart: true),
        MetricDescriptor(
            "todo.stream.ended", .counter, help: "Streams that ended.",
            labels: [
                MetricLabel(
                    "reason",
                    oneOf: [
                        "token_expired", "session_ended", "draining", "behind", "unavailable", "client",
                    ])
            ]),
    ]
}
