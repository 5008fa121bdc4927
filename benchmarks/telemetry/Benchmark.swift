import Glibc

/// How long an operation takes: the median of many rounds, how far they lie apart, and what it allocates.
struct Benchmark {
    let name: String
    /// Nanoseconds that it should take at most; nil where nothing is promised.
    let goal: Double?
    /// Operations of one round.
    let operations: Int
    /// Brings things back to where a round begins; neither its time nor what it allocates counts.
    var settle: (() async -> Void)?
    let round: (Int) -> Void

    static let rounds = 41

    /// Runs them by turns, so that a disturbed moment disturbs them all. The first rounds warm up and do not count. Time
    /// is that of the processor, which a busy machine changes less.
    static func run(_ benchmarks: [Benchmark]) async -> [Result] {
        var times = benchmarks.map { _ in [Double]() }
        var allocated = benchmarks.map { _ in UInt64(0) }
        for number in 0..<rounds + 5 {
            for (index, benchmark) in benchmarks.enumerated() {
                let (time, allocations) = benchmark.measure()
                await benchmark.settle?()
                guard number >= 5 else { continue }
                times[index].append(time / Double(benchmark.operations))
                allocated[index] += allocations
            }
        }
        return benchmarks.indices.map { index in
            let operations = Double(benchmarks[index].operations * rounds)
            return Result(
                of: benchmarks[index], times[index],
                allocations: Allocations.areCounted ? Double(allocated[index]) / operations : nil)
        }
    }

    /// Never waits in between, so that begin and end are of one thread.
    private func measure() -> (time: Double, allocations: UInt64) {
        let allocations = Allocations.count
        let start = Clock.thread.nanoseconds
        round(operations)
        let time = Clock.thread.nanoseconds - start
        return (Double(time), Allocations.count - allocations)
    }

    struct Result {
        let name: String
        let goal: Double?
        /// Nanoseconds of an operation in each round, in order of the rounds.
        let times: [Double]
        let allocations: Double?

        init(of benchmark: Benchmark, _ times: [Double], allocations: Double?) {
            name = benchmark.name
            goal = benchmark.goal
            self.times = times
            self.allocations = allocations
        }

        /// By which factor this takes longer than the other: the median of the rounds.
        func ratio(to other: Result) -> Double {
            let ratios = zip(times, other.times).map { $0 / $1 }.sorted()
            return ratios[ratios.count / 2]
        }

        var line: String {
            let sorted = times.sorted()
            // A tenth of the rounds was faster, a tenth was slower.
            let (low, high) = (sorted[sorted.count / 10], sorted[sorted.count * 9 / 10])
            let cells = [
                name, Self.text(sorted[sorted.count / 2]), "\(Self.text(low)) – \(Self.text(high))",
                goal.map(Self.text) ?? "",
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

enum Clock {
    /// Processor time of the thread that asks.
    case thread
    /// Processor time of all threads.
    case process
    /// Time as it passes.
    case wall

    var nanoseconds: UInt64 {
        var time = timespec()
        switch self {
        case .thread: clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        case .process: clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        case .wall: clock_gettime(CLOCK_MONOTONIC, &time)
        }
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
