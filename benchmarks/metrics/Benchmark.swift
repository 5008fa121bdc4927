import Glibc

/// How long an operation takes: the median of many rounds, how far they lie apart, and what it allocates.
struct Benchmark {
    let name: String
    /// Nanoseconds that it should take at most; nil where nothing is promised.
    let goal: Double?
    /// Operations of one round.
    let operations: Int
    let round: (Int) -> Void

    static let rounds = 41

    /// The first rounds warm up and do not count.
    func run() -> Result {
        for _ in 0..<5 { round(operations) }
        var times: [Double] = []
        let before = Allocations.count
        for _ in 0..<Self.rounds {
            let start = nanoseconds()
            round(operations)
            times.append(Double(nanoseconds() - start) / Double(operations))
        }
        let allocations = Double(Allocations.count - before) / Double(operations * Self.rounds)
        times.sort()
        return Result(
            name: name, goal: goal, median: times[times.count / 2], low: times[times.count / 10],
            high: times[times.count * 9 / 10], allocations: Allocations.areCounted ? allocations : nil)
    }

    struct Result {
        let name: String
        let goal: Double?
        let median: Double
        /// A tenth of the rounds was faster, a tenth was slower.
        let low: Double
        let high: Double
        let allocations: Double?

        var line: String {
            let cells = [
                name, Self.text(median), "\(Self.text(low)) – \(Self.text(high))", goal.map(Self.text) ?? "",
                allocations.map { "\(($0 * 100).rounded() / 100)" } ?? "not counted",
            ]
            return "| " + cells.joined(separator: " | ") + " |"
        }

        private static func text(_ nanoseconds: Double) -> String {
            switch nanoseconds {
            case ..<1000: "\((nanoseconds * 10).rounded() / 10) ns"
            case ..<1_000_000: "\((nanoseconds / 100).rounded() / 10) µs"
            default: "\((nanoseconds / 100_000).rounded() / 10) ms"
            }
        }
    }
}

/// What `allocations.c` counts, when it is loaded before the allocator.
enum Allocations {
    private static let counter: (@convention(c) () -> UInt64)? = {
        guard let symbol = dlsym(nil, "counted_allocations") else { return nil }
        return unsafeBitCast(symbol, to: (@convention(c) () -> UInt64).self)
    }()

    static var areCounted: Bool { counter != nil }
    static var count: UInt64 { counter?() ?? 0 }
}

func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}
