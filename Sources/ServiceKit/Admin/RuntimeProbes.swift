import Logging
import Metrics
import NIOCore
import NIOPosix
import ServiceLifecycle
import Telemetry

/// Watches whether the process comes to its work in time: every event loop, and the pool of threads that tasks share.
///
/// The probes start on an event loop's timer, because a timer of the pool would itself wait for the pool: a pool whose
/// threads are all blocked is what this must show.
struct RuntimeProbes: Service {
    static let interval = TimeAmount.milliseconds(250)

    private let loops: [any EventLoop]
    private let loopProbes: [DelayProbe]
    private let taskProbe: DelayProbe

    init(group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) {
        loops = Array(group.makeIterator())
        let factory = MetricsSystem.factory
        loopProbes = loops.indices.map {
            DelayProbe("todo.runtime.event_loop_delay", dimensions: [("loop", String($0))], factory: factory)
        }
        taskProbe = DelayProbe("todo.runtime.task_delay", factory: factory)
    }

    func run() async throws {
        guard let first = loops.first else { return try await gracefulShutdown() }
        let timer = first.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { _ in
            sendAll()
        }
        defer { timer.cancel() }
        try await gracefulShutdown()
    }

    /// An event loop is asked from another thread, so that waking it is part of the delay.
    func sendAll() {
        for (loop, probe) in zip(loops, loopProbes) { probe.send { work in loop.execute(work) } }
        taskProbe.send { work in Task { work() } }
    }
}
