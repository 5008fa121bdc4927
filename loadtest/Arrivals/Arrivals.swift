// Arrivals: when requests are due, decided before the first is sent.
//
// In the open model requests come at their own times, whatever the platform does: people who do not know of each other.
// Their times depend on the seed alone, so a slow answer can neither delay them nor make them fewer; that is what makes
// latency from the planned start honest. In the closed model a user waits for the answer and thinks before the next
// request: the plan is then the pause.

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// How often requests come in the open model.
enum Arrivals: Sendable, Equatable {
    /// Evenly spaced.
    case constant(perSecond: Double)
    /// Evenly spaced at first, closer from moment to moment until the second rate is reached at the end.
    case ramp(from: Double, to: Double)
    /// Independent of each other, so many a second on average: some come in clusters, as they do in life.
    case poisson(perSecond: Double)

    /// The highest rate, which limits are held against.
    var peak: Double {
        switch self {
        case .constant(let rate), .poisson(let rate): rate
        case .ramp(let from, let to): max(from, to)
        }
    }

    /// Reads `50`, `constant:50`, `poisson:50` or `ramp:10-100`; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let (kind, value) = parts.count == 2 ? (parts[0], parts[1]) : ("constant", parts[0])
        func rate(_ text: Substring) -> Double? {
            guard let rate = Double(text), rate.isFinite, rate >= 0 else { return nil }
            return rate
        }
        switch kind {
        case "constant":
            guard let rate = rate(value) else { return nil }
            self = .constant(perSecond: rate)
        case "poisson":
            guard let rate = rate(value) else { return nil }
            self = .poisson(perSecond: rate)
        case "ramp":
            let ends = value.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, let from = rate(ends[0]), let to = rate(ends[1]) else { return nil }
            self = .ramp(from: from, to: to)
        default: return nil
        }
    }
}

extension Arrivals: CustomStringConvertible {
    var description: String {
        switch self {
        case .constant(let rate): "constant \(Self.short(rate))/s"
        case .poisson(let rate): "Poisson \(Self.short(rate))/s"
        case .ramp(let from, let to): "ramp \(Self.short(from))–\(Self.short(to))/s"
        }
    }

    private static func short(_ rate: Double) -> String {
        rate == rate.rounded() && rate < 1e15 ? String(Int64(rate)) : String(rate)
    }
}

/// The planned starts of one run, one after the other; ends at the run's end.
struct ArrivalTimes: Sequence, IteratorProtocol, Sendable {
    private let arrivals: Arrivals
    private let length: Double
    private var random: SeededNumbers
    private var count = 0
    private var clock = 0.0

    init(_ arrivals: Arrivals, length: Duration, seed: UInt64) {
        self.arrivals = arrivals
        self.length = length.inSeconds
        random = SeededNumbers(seed: seed)
    }

    mutating func next() -> Duration? {
        guard let seconds = nextSeconds(), seconds < length else { return nil }
        count += 1
        clock = seconds
        return .nanoseconds(Int64(seconds * 1e9))
    }

    private mutating func nextSeconds() -> Double? {
        switch arrivals {
        case .constant(let rate):
            // A multiplication, not a sum: an hour of additions would drift.
            return rate > 0 ? Double(count) / rate : nil
        case .poisson(let rate):
            return rate > 0 ? clock - log(random.share()) / rate : nil
        case .ramp(let from, let to):
            return Self.ramp(count, from: from, to: to, over: length)
        }
    }

    /// When the count of arrivals, the integral of a rate that grows evenly, has become `count`.
    private static func ramp(_ count: Int, from: Double, to: Double, over length: Double) -> Double? {
        let slope = (to - from) / length
        guard abs(slope) > 1e-12 else { return from > 0 ? Double(count) / from : nil }
        let root = from * from + 2 * slope * Double(count)
        guard root >= 0 else { return nil }
        return (root.squareRoot() - from) / slope
    }
}
