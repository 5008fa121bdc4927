#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Places values along one side of a chart.
struct Axis: Sendable {
    enum Scale: Sendable {
        case linear
        /// For latencies, where a factor says more than a difference.
        case logarithmic
    }

    let low: Double
    let high: Double
    let scale: Scale

    /// From zero to a round number above the values.
    static func upTo(_ most: Double) -> Axis {
        let most = most.isFinite && most > 0 ? most : 1
        let step = roundStep(most / 4)
        return Axis(low: 0, high: (most / step).rounded(.up) * step, scale: .linear)
    }

    /// - Parameter floor: What is below is of no interest, and shown there.
    static func logarithmic(_ values: [Double], floor: Double = 0.1) -> Axis {
        let positive = values.filter { $0 >= floor && $0.isFinite }
        let low = pow(10, (log10(positive.min() ?? 1) - 0.001).rounded(.down))
        let high = pow(10, (log10(positive.max() ?? 10) - 0.02).rounded(.up))
        return Axis(low: low, high: max(high, low * 10), scale: .logarithmic)
    }

    /// A share of the side's length, from 0 to 1.
    func place(_ value: Double) -> Double {
        switch scale {
        case .linear: min(1, max(0, (value - low) / (high - low)))
        case .logarithmic:
            min(1, max(0, (log10(max(value, low)) - log10(low)) / (log10(high) - log10(low))))
        }
    }

    var ticks: [Double] {
        switch scale {
        case .linear:
            let step = Self.roundStep((high - low) / 4)
            return stride(from: low, through: high + step / 1000, by: step).map { $0 }
        case .logarithmic:
            var ticks: [Double] = []
            var tick = low
            while tick <= high * 1.001 {
                ticks.append(tick)
                tick *= 10
            }
            return ticks
        }
    }

    /// 1, 2 or 5 times a power of ten, no smaller than asked for.
    static func roundStep(_ wanted: Double) -> Double {
        let power = pow(10, log10(max(wanted, 1e-9)).rounded(.down))
        let factor = wanted / power
        return (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * power
    }
}
