/// Intervals of confidence by drawing from the measurement itself.
///
/// Requests of the same second are alike: a checkpoint makes all of them slow. So whole windows are drawn, not requests;
/// drawing requests would make the interval far too narrow.
struct Resampling: Sendable {
    /// A value with how often it was seen.
    typealias Counts = [(value: Double, count: Double)]

    static let rounds = 1000
    /// With fewer windows nothing can be told of other runs.
    static let least = 5
    let windows: [Counts]
    /// Every value there is, rising; windows refer to them by place, so that drawing is adding up.
    private let values: [Double]
    private let rows: [[(place: Int, count: Double)]]

    init(windows: [Counts]) {
        self.windows = windows
        let values = Set(windows.flatMap { $0.map(\.value) }).sorted()
        let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
        self.values = values
        rows = windows.map { window in window.map { (places[$0.value] ?? 0, $0.count) } }
    }

    /// The percentile of all windows together.
    func percentile(_ percent: Double) -> Double? { percentile(percent, of: rows.indices.map { $0 }) }

    /// Where the percentile of another such run would lie, with 95 % confidence; nil with too few windows to tell.
    func interval(_ percent: Double, seed: UInt64 = 1) -> ClosedRange<Double>? {
        guard windows.count >= Self.least else { return nil }
        var random = SeededNumbers(seed: seed)
        var drawn: [Double] = []
        for _ in 0..<Self.rounds {
            let some = rows.indices.map { _ in Int.random(in: 0..<rows.count, using: &random) }
            if let value = percentile(percent, of: some) { drawn.append(value) }
        }
        drawn.sort()
        guard drawn.count >= Self.rounds / 2 else { return nil }
        return drawn[drawn.count * 25 / 1000]...drawn[drawn.count * 975 / 1000]
    }

    private func percentile(_ percent: Double, of chosen: [Int]) -> Double? {
        var counts = [Double](repeating: 0, count: values.count)
        var total = 0.0
        for row in chosen {
            for (place, count) in rows[row] {
                counts[place] += count
                total += count
            }
        }
        guard total > 0 else { return nil }
        let wanted = max(1, (percent / 100 * total).rounded(.up))
        var seen = 0.0
        for (place, count) in counts.enumerated() {
            seen += count
            if seen >= wanted { return values[place] }
        }
        return nil
    }
}
