extension MetricCatalogue {
    private static let channel = MetricLabel("channel", oneOf: ["page", "email", "webhook", "push"])

    /// From the request to tell a user something to its arrival.
    static let notifications = [
        MetricDescriptor(
            "todo.notification.requests", .counter, help: "Requests to tell a user something.",
            labels: [MetricLabel("template", oneOf: ["reminder", "account_mail", "other"])]),
        MetricDescriptor(
            "todo.notification.attempts", .counter, help: "Attempts to send a message, one place each.",
            labels: [
                channel, MetricLabel("outcome", oneOf: ["delivered", "retry", "refused", "gone"]),
                MetricLabel("reason", atMost: 24),
            ]),
        MetricDescriptor(
            "todo.notification.deliveries", .counter, help: "Deliveries that came to their end.",
            labels: [
                channel,
                MetricLabel(
                    "outcome", oneOf: ["delivered", "no_address", "refused", "unreachable", "expired"]),
            ]),
        MetricDescriptor(
            "todo.notification.delay", .histogram, unit: "s",
            help: "From the moment that something could go out to its arrival, all attempts included.",
            buckets: .lateness, labels: [channel]),
        MetricDescriptor(
            "todo.notification.subscriptions.removed", .counter,
            help: "Places that said they are no more.", labels: [channel]),
        MetricDescriptor(
            "todo.notification.pending", .gauge, help: "Deliveries that are due and not settled."),
        MetricDescriptor(
            "todo.notification.oldest_pending.age", .gauge, unit: "s",
            help: "For how long the oldest of them is due."),
    ]
}
