import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The time of a run: how long ago it began, by a clock that only goes forward.
protocol RunTime: Sendable {
    var now: Duration { get }
    /// Returns at an instant of the run, or throws when its task is cancelled.
    func sleep(until instant: Duration) async throws
}

/// The machine's own time, which can begin once more: streams are opened before the first request is due.
final class SystemTime: RunTime {
    private let start = Mutex((instant: ContinuousClock.now, unixNano: SystemTime.unixNano()))

    /// The time of day when the run began, in nanoseconds since 1970.
    var startUnixNano: UInt64 { start.withLock { $0.unixNano } }
    var now: Duration { ContinuousClock.now - start.withLock { $0.instant } }

    /// From now on, this is the beginning.
    func restart() {
        start.withLock { $0 = (.now, Self.unixNano()) }
    }

    func sleep(until instant: Duration) async throws {
        try await ContinuousClock().sleep(until: start.withLock { $0.instant } + instant)
    }

    private static func unixNano() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// Says that nothing new is to be begun: the run's time is over, or somebody pressed Ctrl-C. What is under way goes on.
final class RunStop: Sendable {
    private let requested = Atomic<Bool>(false)
    /// How soon a sleeper hears of it.
    private static let slice = Duration.milliseconds(200)

    var isRequested: Bool { requested.load(ordering: .relaxed) }

    func request() { requested.store(true, ordering: .relaxed) }

    /// Sleeps until an instant; false when the run is to stop instead.
    func sleep(until instant: Duration, on time: any RunTime) async -> Bool {
        while !isRequested, !Task.isCancelled {
            let now = time.now
            if now >= instant { return true }
            do {
                try await time.sleep(until: min(instant, now + Self.slice))
            } catch {
                return false
            }
        }
        return false
    }
}
