#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The test of Mann and Whitney on counted values: does one of two samples tend to be larger?
struct RankTest: Sendable, Equatable {
    /// The chance that a value of the second sample is larger than one of the first; 0.5 when neither tends to be.
    let superiority: Double
    /// How likely a difference like this is when there is none; both sides, ties considered.
    let probability: Double

    /// Nil without values on both sides.
    init?(_ first: Resampling.Counts, _ second: Resampling.Counts) {
        var table: [Double: (Double, Double)] = [:]
        for (value, count) in first { table[value, default: (0, 0)].0 += count }
        for (value, count) in second { table[value, default: (0, 0)].1 += count }
        let n = first.reduce(0) { $0 + $1.count }
        let m = second.reduce(0) { $0 + $1.count }
        guard n > 0, m > 0 else { return nil }
        var (wins, below, ties) = (0.0, 0.0, 0.0)
        for (_, (a, b)) in table.sorted(by: { $0.key < $1.key }) {
            wins += b * (below + a / 2)
            below += a
            let tied = a + b
            ties += tied * tied * tied - tied
        }
        superiority = wins / (n * m)
        let all = n + m
        let variance = n * m / 12 * ((all + 1) - ties / (all * max(1, all - 1)))
        guard variance > 0 else {
            probability = 1
            return
        }
        let distance = max(0, abs(wins - n * m / 2) - 0.5) / variance.squareRoot()
        probability = erfc(distance / 2.0.squareRoot())
    }
}
