extension MetricCatalogue {
    /// Statements, and the pool whose connections they use.
    static let database = [
        MetricDescriptor(
            "db.client.operation.duration", .histogram, unit: "s", help: "Duration of database operations.",
            buckets: .database, labels: [.database, .namespace, .summary, .errorType]),
        MetricDescriptor(
            "db.client.response.returned_rows", .histogram, help: "Rows returned by database operations.",
            buckets: .rows, labels: [.database, .namespace, .summary]),
        MetricDescriptor(
            "db.client.connection.count", .upDownCounter,
            help: "Connections of the pool by state (idle or used).",
            labels: [.pool, MetricLabel("db.client.connection.state", oneOf: ["idle", "used"])]),
        MetricDescriptor(
            "db.client.connection.max", .upDownCounter, help: "Connections the pool may open.",
            labels: [.pool]),
        MetricDescriptor(
            "db.client.connection.idle.max", .upDownCounter, help: "Idle connections the pool may keep.",
            labels: [.pool]),
        MetricDescriptor(
            "db.client.connection.idle.min", .upDownCounter, help: "Idle connections the pool keeps ready.",
            labels: [.pool]),
        MetricDescriptor(
            "db.client.connection.pending_requests", .upDownCounter,
            help: "Callers waiting for a connection right now.", labels: [.pool]),
        MetricDescriptor(
            "db.client.connection.timeouts", .counter, help: "Callers that got no connection in time.",
            labels: [.pool]),
        MetricDescriptor(
            "todo.db.round_trips", .counter,
            help:
                "Packets of statements sent to the database and answered, however many statements each held.",
            labels: [.pool]),
        MetricDescriptor(
            "db.client.connection.wait_time", .histogram, unit: "s", help: "Wait for a connection.",
            buckets: .database, labels: [.pool]),
        MetricDescriptor(
            "db.client.connection.use_time", .histogram, unit: "s",
            help: "Time between taking a connection and giving it back.", buckets: .database, labels: [.pool]),
        MetricDescriptor(
            "db.client.connection.create_time", .histogram, unit: "s", help: "Time to open a connection.",
            buckets: .database, labels: [.pool]),
    ]
}
