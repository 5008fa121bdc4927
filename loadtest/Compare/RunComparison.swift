/// A run beside an earlier one.
struct RunComparison: Sendable {
    let base: RunReport
    let later: RunReport
    /// The share by which p95 may grow.
    let tolerance: Double
    private let first: Resampling
    private let second: Resampling

    init(base: RunReport, later: RunReport, tolerance: Double) throws(LoadFailure) {
        self.base = base
        self.later = later
        self.tolerance = tolerance
        first = Resampling(windows: Self.windows(base))
        second = Resampling(windows: Self.windows(later))
        for (name, runs) in [("earlier", first), ("later", second)]
        where runs.windows.count < Resampling.least {
            throw .misuse(
                "too few seconds were measured to compare: the \(name) report has \(runs.windows.count) windows with "
                    + "requests, \(Resampling.least) are needed")
        }
    }

    /// The windows that count, in milliseconds.
    static func windows(_ report: RunReport) -> [Resampling.Counts] {
        let from = report.run.warmUpSeconds
        return report.timeline.windows.filter { $0.at >= from }.map { window in
            window.latencies.compactMap { pair in
                pair.count == 2 && pair[1] > 0 ? (Double(pair[0]) / 1000, Double(pair[1])) : nil
            }
        }.filter { !$0.isEmpty }
    }

    /// Slower for certain: the intervals do not touch, and the difference is more than what is tolerated.
    var isSlower: Bool {
        guard let before = first.interval(95), let after = second.interval(95, seed: 2),
            let p95 = first.percentile(95), let now = second.percentile(95)
        else { return false }
        return after.lowerBound > before.upperBound && now > p95 * (1 + tolerance)
    }

    var text: String {
        var rows = [["", "earlier", "95 % interval", "later", "95 % interval", "change"]]
        for percent in [50.0, 95, 99] {
            let (before, after) = (first.percentile(percent) ?? 0, second.percentile(percent) ?? 0)
            rows.append([
                "p\(percent.text(0))", SummaryText.milliseconds(before), Self.text(first.interval(percent)),
                SummaryText.milliseconds(after), Self.text(second.interval(percent, seed: 2)),
                "\(before > 0 ? ((after / before - 1) * 100).text(1) : "–") %",
            ])
        }
        rows.append([
            "requests/s", base.requests.perSecond.text(1), "", later.requests.perSecond.text(1), "", "",
        ])
        var lines = [SummaryText.table(rows), ""]
        if let test = RankTest(first.windows.flatMap { $0 }, second.windows.flatMap { $0 }) {
            lines.append(
                "A later request is slower than an earlier one in \((test.superiority * 100).text(1)) % of all pairs "
                    + "(Mann-Whitney, p \(test.probability < 0.001 ? "< 0.001" : "= " + test.probability.text(3)))."
            )
        }
        lines += cautions
        lines.append(
            isSlower
                ? "SLOWER: p95 grew by more than \((tolerance * 100).text(0)) %, and by more than chance."
                : "Not slower, as far as these runs can tell.")
        return lines.joined(separator: "\n")
    }

    /// What makes the comparison doubtful.
    private var cautions: [String] {
        var cautions: [String] = []
        if base.run.lanes.map(\.model) != later.run.lanes.map(\.model)
            || base.run.lanes.map(\.mix) != later.run.lanes.map(\.mix)
        {
            cautions.append("Caution: the runs had different loads.")
        }
        if base.run.machine.processor != later.run.machine.processor
            || base.run.machine.processors != later.run.machine.processors
        {
            cautions.append("Caution: the runs were on different machines.")
        }
        for (name, report) in [("earlier", base), ("later", later)] where report.outcome.verdict == .invalid {
            cautions.append(
                "Caution: the \(name) run is invalid: \(report.outcome.reasons.joined(separator: "; ")).")
        }
        return cautions
    }

    private static func text(_ interval: ClosedRange<Double>?) -> String {
        guard let interval else { return "too few windows" }
        return
            "\(SummaryText.milliseconds(interval.lowerBound)) – \(SummaryText.milliseconds(interval.upperBound))"
    }
}
