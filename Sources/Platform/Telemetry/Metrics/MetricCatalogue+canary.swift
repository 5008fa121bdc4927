extension MetricCatalogue {
    private static let steps = ["sign_in", "write", "event", "read", "delete"]

    /// The platform as a synthetic user finds it.
    static let canary = [
        MetricDescriptor(
            "todo.canary.up", .gauge, help: "1 when the last round of the synthetic user went well, else 0."),
        MetricDescriptor(
            "todo.canary.rounds", .counter, help: "Rounds, by ok or the first step that failed.",
            labels: [MetricLabel("outcome", oneOf: ["ok"] + steps)], fromStart: true),
        MetricDescriptor(
            "todo.canary.step.duration", .histogram, unit: "s",
            help: "Duration of the steps of a round; event is the way through outbox, broker and consumer.",
            buckets: .http, labels: [MetricLabel("step", oneOf: steps)]),
    ]
}
