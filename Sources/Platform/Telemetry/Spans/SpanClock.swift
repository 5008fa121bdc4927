import Glibc
import Tracing

/// Where spans take their times from: the wall clock once at the start, the monotonic clock for the duration,
/// so that a stepping wall clock never makes a span negative or hours long.
public struct SpanClock: Sendable {
    /// Nanoseconds since 1970.
    public let wallNanoseconds: @Sendable () -> UInt64
    /// Nanoseconds of a clock that only goes forward.
    public let monotonicNanoseconds: @Sendable () -> UInt64
    private let isSystem: Bool

    /// The machine's clocks.
    public static let system = SpanClock(
        wall: { reading(of: CLOCK_REALTIME) }, monotonic: { reading(of: CLOCK_MONOTONIC) }, isSystem: true)

    /// Clocks of a test.
    public init(wall: @escaping @Sendable () -> UInt64, monotonic: @escaping @Sendable () -> UInt64) {
        self.init(wall: wall, monotonic: monotonic, isSystem: false)
    }

    private init(
        wall: @escaping @Sendable () -> UInt64, monotonic: @escaping @Sendable () -> UInt64, isSystem: Bool
    ) {
        wallNanoseconds = wall
        monotonicNanoseconds = monotonic
        self.isSystem = isSystem
    }

    /// A point in time as both clocks saw it; the monotonic half is missing when a caller named the time himself.
    struct Moment {
        let wall: UInt64
        let monotonic: UInt64?

        /// Of a span that nobody will ask when it began; reading the clocks is a good part of what it costs.
        static let unknown = Moment(wall: 0, monotonic: nil)
    }

    /// Tells "now", which the tracing API always passes as a real timestamp, from a time the caller chose.
    func moment(of instant: some TracerInstant) -> Moment {
        let given = instant.nanosecondsSinceEpoch
        guard !isSystem else { return Self.systemMoment(at: given) }
        let wall = wallNanoseconds()
        let realNow = DefaultTracerClock.now.nanosecondsSinceEpoch
        guard given <= realNow, realNow - given < whatCountsAsNow else {
            return Moment(wall: given, monotonic: nil)
        }
        return Moment(wall: wall, monotonic: monotonicNanoseconds())
    }

    /// The caller has read the exact wall clock, so what is missing is how far it is from the monotonic one. The coarse
    /// clocks tell, at a fifth of the price: the kernel moves both at the same tick, and a step of the wall clock shows
    /// in them at once.
    private static func systemMoment(at given: UInt64) -> Moment {
        var monotonic = reading(of: CLOCK_MONOTONIC_COARSE)
        while true {
            let wall = reading(of: CLOCK_REALTIME_COARSE)
            let again = reading(of: CLOCK_MONOTONIC_COARSE)
            guard again == monotonic else {
                monotonic = again
                continue
            }
            guard given < wall &+ whatCountsAsNow, wall < given &+ whatCountsAsNow else {
                return Moment(wall: given, monotonic: nil)
            }
            return Moment(wall: given, monotonic: given &- wall &+ monotonic)
        }
    }

    /// The end of a span: never before its start.
    func end(since start: Moment, at end: Moment) -> UInt64 {
        guard let began = start.monotonic, let ended = end.monotonic else { return max(start.wall, end.wall) }
        return start.wall &+ (ended >= began ? ended - began : 0)
    }
}

/// In nanoseconds; a span's maker reads the clock a moment before we do.
private let whatCountsAsNow: UInt64 = 20_000_000

private func reading(of clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}
