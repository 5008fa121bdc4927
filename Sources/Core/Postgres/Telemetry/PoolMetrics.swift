import Metrics

/// The pool's metrics, made once: names of the OpenTelemetry conventions, one dimension each.
final class PoolMetrics: Sendable {
    private let idle: Gauge
    private let used: Gauge
    private let pending: Gauge
    private let timeouts: Counter
    private let roundTrips: Counter
    private let wait: Metrics.Timer

    init(pool: String, maximum: Int) {
        let name = ("db.client.connection.pool.name", pool)
        idle = Gauge(
            label: "db.client.connection.count", dimensions: [name, ("db.client.connection.state", "idle")])
        used = Gauge(
            label: "db.client.connection.count", dimensions: [name, ("db.client.connection.state", "used")])
        pending = Gauge(label: "db.client.connection.pending_requests", dimensions: [name])
        timeouts = Counter(label: "db.client.connection.timeouts", dimensions: [name])
        roundTrips = Counter(label: "todo.db.round_trips", dimensions: [name])
        wait = Timer(
            label: "db.client.connection.wait_time", dimensions: [name], preferredDisplayUnit: .seconds)
        Gauge(label: "db.client.connection.max", dimensions: [name]).record(maximum)
    }

    func counted(idle: Int, used: Int, waiting: Int) {
        self.idle.record(idle)
        self.used.record(used)
        pending.record(waiting)
    }

    func waited(_ duration: Duration) { wait.recordNanoseconds(duration.nanoseconds) }

    /// Something went to the server and back, however many statements it was.
    func exchanged() { roundTrips.increment() }

    func timedOut() { timeouts.increment() }
}
