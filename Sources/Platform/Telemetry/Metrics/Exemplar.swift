import Glibc
import OTLP
import Tracing

/// The span in which one of a bucket's observations was made: the way from a slow bucket to a trace that shows why.
struct Exemplar: Sendable, Equatable {
    var traceHigh: UInt64
    var traceLow: UInt64
    var spanID: UInt64
    var value: Double
    /// Nanoseconds since 1970.
    var time: UInt64
    /// The clock of `ExemplarSource.ticks` when it was taken.
    var tick: UInt64

    static let none = Exemplar(traceHigh: 0, traceLow: 0, spanID: 0, value: 0, time: 0, tick: 0)

    /// Ids of zero are none, in exemplars as in traces.
    var isSet: Bool { spanID != 0 }
}

/// Where exemplars come from: the sampled span that is current when an observation is made.
///
/// Each bucket keeps its latest one, but takes no more than one in a while. To look for the span costs several times
/// what counting costs, and nobody can follow hundreds of exemplars a second.
public struct ExemplarSource: Sendable {
    /// The span that is current.
    let current: @Sendable () -> SpanContext?
    /// Nanoseconds since 1970.
    let wallNanoseconds: @Sendable () -> UInt64
    /// Nanoseconds of a cheap clock that only goes forward; a few milliseconds of resolution are enough.
    let ticks: @Sendable () -> UInt64
    /// How long a bucket's exemplar stays before another takes its place.
    let restNanoseconds: UInt64
    /// Also spans that nobody records: their ids still join logs.
    var takesUnsampled = false

    /// The current span of the tracing package, a tenth of a second for each exemplar at least.
    public static let sampledSpans = ExemplarSource(
        current: { InstrumentationContext.current?.spanContext },
        wallNanoseconds: SpanClock.system.wallNanoseconds, ticks: coarseTicks, restNanoseconds: 100_000_000)

    /// The source that a filter of the specification asks for; nil for none.
    static func passing(_ filter: TelemetryConfiguration.ExemplarFilter) -> ExemplarSource? {
        guard filter != .alwaysOff else { return nil }
        var source = sampledSpans
        source.takesUnsampled = filter == .alwaysOn
        return source
    }

    func exemplar(of value: Double, at tick: UInt64) -> Exemplar? {
        guard let span = current(), span.isSampled || takesUnsampled, span.isValid else { return nil }
        return Exemplar(
            traceHigh: span.traceID.high, traceLow: span.traceID.low, spanID: span.spanID.value, value: value,
            time: wallNanoseconds(), tick: tick)
    }
}

/// The coarse clock reads a number that the kernel keeps ready, at a fifth of the price of the exact one.
private let coarseTicks: @Sendable () -> UInt64 = {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}
