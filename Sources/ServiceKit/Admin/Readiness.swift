import Metrics
import Synchronization

/// Something the process itself cannot work without.
public struct ReadinessCheck: Sendable {
    public let dependency: String
    let isUp: @Sendable () async -> Bool

    /// A dependency and how to ask whether it is there; the question is cancelled when it takes too long.
    public init(_ dependency: String, isUp: @escaping @Sendable () async -> Bool) {
        self.dependency = dependency
        self.isUp = isUp
    }

    /// Not a task group: that would wait for the question even after its time.
    fileprivate func isUp(within limit: Duration) async -> Bool {
        let (answers, answer) = AsyncStream<Bool>.makeStream()
        let asking = Task { answer.yield(await isUp()) }
        let waiting = Task {
            try? await Task.sleep(for: limit)
            answer.yield(false)
        }
        defer {
            asking.cancel()
            waiting.cancel()
        }
        return await answers.first { _ in true } ?? false
    }
}

/// What `/readyz` says and `todo_dependency_up` counts: one source for both.
final class Readiness: Sendable {
    private let checks: [ReadinessCheck]
    private let gauges: [String: Gauge]
    private let stopping = Mutex(false)
    private let patience: Duration

    /// - Parameter patience: how long a dependency may take to answer; shorter than those who ask us usually wait.
    init(checks: [ReadinessCheck], patience: Duration = .milliseconds(1500)) {
        self.checks = checks
        self.patience = patience
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

    /// Asks every dependency at once. One that does not answer in time is not there, however long its own limits are.
    func states() async -> [String: Bool] {
        await withTaskGroup(of: (String, Bool).self) { [patience] group in
            for check in checks {
                group.addTask { (check.dependency, await check.isUp(within: patience)) }
            }
            var states: [String: Bool] = [:]
            for await (dependency, isUp) in group {
                states[dependency] = isUp
                gauges[dependency]?.record(isUp ? 1 : 0)
            }
            return states
        }
    }
}
