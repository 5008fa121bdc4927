extension MetricCatalogue {
    /// Open pages, and what they are told.
    static let pages = streams + reports

    private static let streams = [
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

    /// What pages tell of themselves, which anybody can make up.
    private static let reports = [
        MetricDescriptor("todo.page.spans", .counter, help: "Spans that pages told."),
        MetricDescriptor(
            "todo.page.refused", .counter, help: "Parts of reports that are not what a page sends."),
        vital("lcp", "to the largest element of a page on screen"),
        vital("inp", "of the slowest answer to something a person did"),
        vital("ttfb", "to the first byte of a page"),
        vital("fcp", "to the first thing on screen"),
        MetricDescriptor(
            "todo.page.cls", .histogram, help: "How far things on a page moved by themselves.",
            buckets: HistogramBuckets([0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1])),
        MetricDescriptor(
            "todo.page.errors", .counter, help: "Scripts of pages that failed.",
            labels: [MetricLabel("type", atMost: 12)]),
        MetricDescriptor(
            "todo.page.csp_violations", .counter, help: "What the page's policy kept from happening.",
            labels: [MetricLabel("directive", atMost: 24)]),
    ]

    private static func vital(_ name: String, _ meaning: String) -> MetricDescriptor {
        MetricDescriptor(
            "todo.page.\(name)", .histogram, unit: "s", help: "The time \(meaning), as browsers measured it.",
            buckets: HistogramBuckets([0.05, 0.1, 0.2, 0.5, 0.8, 1, 1.8, 2.5, 3, 4, 6, 10]))
    }
}
