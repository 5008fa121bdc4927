import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Whether the generator itself kept up: a run in which it did not says nothing of the platform.
struct GeneratorHealth: Sendable, Equatable {
    /// Share of one processor that the generator used, in the part of the run that counts.
    var processorShare: Double
    /// By how much the generator was late itself, not counting waits for a free place.
    var lag99: Duration
    /// How late a task that only sleeps is woken.
    var loopDelay99: Duration
    var processors: Int

    struct Limits: Sendable, Equatable {
        /// Of one processor: requests go through one thread, so that this is where it ends.
        var processorShare = 0.8
        var lag99 = Duration.milliseconds(50)
        var loopDelay99 = Duration.milliseconds(50)
    }

    /// What was the bottleneck, in words; none for a run that can be believed.
    func complaints(_ limits: Limits) -> [String] {
        var complaints: [String] = []
        if processorShare > limits.processorShare {
            complaints.append(
                "the generator used \(Int(processorShare * 100)) % of a processor (limit \(Int(limits.processorShare * 100)) %)"
            )
        }
        if lag99 > limits.lag99 {
            complaints.append(
                "the generator sent late: p99 \(lag99.short) after the plan (limit \(limits.lag99.short))")
        }
        if loopDelay99 > limits.loopDelay99 {
            complaints.append(
                "the generator was woken late: p99 \(loopDelay99.short) (limit \(limits.loopDelay99.short))")
        }
        return complaints
    }
}

/// Watches the generator while the part of the run that counts goes on.
final class HealthProbe: Sendable {
    private static let beat = Duration.milliseconds(20)
    private let delays = Mutex(LatencyHistogram())
    private let begun = Mutex<(wall: ContinuousClock.Instant, processor: Double)?>(nil)
    private let ended = Mutex<(wall: ContinuousClock.Instant, processor: Double)?>(nil)

    /// Measures until its task is cancelled.
    func run(from start: Duration, on time: any RunTime) async {
        guard (try? await time.sleep(until: start)) != nil else { return }
        begun.withLock { $0 = (.now, Self.processorSeconds()) }
        while !Task.isCancelled {
            let due = ContinuousClock.now + Self.beat
            guard (try? await Task.sleep(until: due, clock: .continuous)) != nil else { break }
            let late = ContinuousClock.now - due
            delays.withLock { $0.record(late) }
        }
    }

    /// The load is over; what the report costs is nobody's business.
    func end() {
        ended.withLock { if $0 == nil { $0 = (.now, Self.processorSeconds()) } }
    }

    func health(lag: LatencyHistogram) -> GeneratorHealth {
        let begun = begun.withLock { $0 }
        let ended = ended.withLock { $0 } ?? (.now, Self.processorSeconds())
        var share = 0.0
        if let begun {
            let wall = (ended.wall - begun.wall).inSeconds
            share = wall > 0 ? (ended.processor - begun.processor) / wall : 0
        }
        return GeneratorHealth(
            processorShare: share, lag99: lag.percentile(99) ?? .zero,
            loopDelay99: delays.withLock { $0.percentile(99) } ?? .zero,
            processors: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
