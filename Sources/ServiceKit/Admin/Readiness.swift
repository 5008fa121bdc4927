import Metrics
import Synchronization

/// Something the process itself cannot work without.
public struct ReadinessCheck: Sendable {
    public let dependency: String
    let isUp: @Sendable () async -> Bool

    /// A dependency and how to ask whether it is there; the question must answer within seconds.
    public init(_ dependency: String, isUp: @escaping @Sendable () async -> Bool) {
        self.dependency = dependency
        self.isUp = isUp
    }
}

/// What `/readyz` says and `todo_dependency_up` counts: one source for both.
final class Readiness: Sendable {
    private let checks: [ReadinessCheck]
    private let gauges: [String: Gauge]
    private let stopping = Mutex(false)

    init(checks: [ReadinessCheck]) {
        self.checks = checks
        gauges = Dictionary(
            uniqueKeysWithValues: checks.map {
                (
                    $0.dependency,
                    Gauge(label: "todo.dependency.up", dimensions: [("dependency", $0.dependency)])
                )
            })
    }

    /// From now on the answer is no: the process drains.
    func stop() {
        stopping.withLock { $0 = true }
    }

    var isStopping: Bool { stopping.withLock { $0 } }

    /// Asks every dependency at once.
    func states() async -> [String: Bool] {
        await withTaskGroup(of: (String, Bool).self) { group in
            for check in checks { group.addTask { (check.dependency, await check.isUp()) } }
            var states: [String: Bool] = [:]
            for await (dependency, isUp) in group {
                states[dependency] = isUp
                gauges[dependency]?.record(isUp ? 1 : 0)
            }
            return states
        }
    }
}
