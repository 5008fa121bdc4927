#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The pictures of a run.
struct RunCharts {
    let report: RunReport

    private var windows: [RunReport.Timeline.Window] { report.timeline.windows }
    private var width: Double { report.timeline.windowSeconds }
    private var timeAxis: Axis {
        Axis(low: 0, high: max(width, (windows.last?.at ?? 0) + width), scale: .linear)
    }
    private var timeLabels: [(at: Double, text: String)] {
        let axis = timeAxis
        let step = Axis.roundStep(axis.high / 8)
        return stride(from: 0, through: axis.high, by: step).map { ($0, "\($0.text(0)) s") }
    }

    private func points(_ value: (RunReport.Timeline.Window) -> Double?) -> [(x: Double, y: Double)] {
        windows.compactMap { window in value(window).map { (window.at + width / 2, $0) } }
    }

    private static let milliseconds: @Sendable (Double) -> String = { value in
        value >= 1000
            ? "\((value / 1000).text(value < 10_000 && value != (value / 1000).rounded() * 1000 ? 1 : 0)) s"
            : value >= 1 || value == 0 ? "\(value.text(0)) ms" : "\(value.text(value < 0.01 ? 3 : 2)) ms"
    }

    var throughput: LineChart {
        let rates = points { Double($0.count) / width }
        let failures = points { Double($0.failed) / width }
        return LineChart(
            title: "Requests a second", x: timeAxis, y: .upTo(rates.map(\.y).max() ?? 1),
            series: [
                .init(name: "planned and sent", style: "c1", points: rates, isFilled: true),
                .init(name: "failed", style: "bad", points: failures),
            ],
            notes: windows.map { window in
                .init(
                    x: window.at + width / 2,
                    text:
                        "\(window.at.text(0)) s: \((Double(window.count) / width).text(1))/s, \(window.failed) failed"
                )
            }, xLabels: timeLabels, yLabel: { $0.text($0 == $0.rounded() ? 0 : 1) },
            begin: report.run.warmUpSeconds)
    }

    var latency: LineChart {
        let naive = points(\.naiveP99)
        let highest = points(\.p99)
        return LineChart(
            title: "Latency over time", x: timeAxis, y: .upTo((naive + highest).map(\.y).max() ?? 1),
            series: [
                .init(name: "p99", style: "c3", points: highest),
                .init(name: "p95", style: "c2", points: points(\.p95)),
                .init(name: "p50", style: "c1", points: points(\.p50)),
                .init(name: "naive p99", style: "muted dashed", points: naive),
            ],
            notes: windows.map { window in
                .init(
                    x: window.at + width / 2,
                    text:
                        "\(window.at.text(0)) s: p50 \(Self.text(window.p50)), p95 \(Self.text(window.p95)), "
                        + "p99 \(Self.text(window.p99)), naive p99 \(Self.text(window.naiveP99))")
            }, xLabels: timeLabels, yLabel: Self.milliseconds, begin: report.run.warmUpSeconds)
    }

    private static func text(_ value: Double?) -> String { value.map(SummaryText.milliseconds) ?? "–" }

    var events: LineChart {
        let highest = points(\.eventP99)
        return LineChart(
            title: "From the answer to the change on the stream", x: timeAxis,
            y: .upTo(highest.map(\.y).max() ?? 1),
            series: [
                .init(name: "p99", style: "c3", points: highest),
                .init(name: "p50", style: "c1", points: points(\.eventP50)),
            ],
            notes: windows.map { window in
                .init(
                    x: window.at + width / 2,
                    text:
                        "\(window.at.text(0)) s: p50 \(Self.text(window.eventP50)), p99 \(Self.text(window.eventP99))"
                )
            }, xLabels: timeLabels, yLabel: Self.milliseconds, begin: report.run.warmUpSeconds)
    }

    var lag: LineChart {
        let highest = points(\.lagP99)
        return LineChart(
            title: "How late requests were sent", x: timeAxis, y: .upTo(highest.map(\.y).max() ?? 1),
            series: [
                .init(name: "p99", style: "c3", points: highest),
                .init(name: "p50", style: "c1", points: points(\.lagP50)),
            ],
            notes: windows.map { window in
                .init(
                    x: window.at + width / 2,
                    text:
                        "\(window.at.text(0)) s: p50 \(Self.text(window.lagP50)), p99 \(Self.text(window.lagP99))"
                )
            }, xLabels: timeLabels, yLabel: Self.milliseconds, begin: report.run.warmUpSeconds)
    }

    /// The classic picture of HdrHistogram: how bad it is for one in ten, in a hundred, in a thousand.
    var byPercentile: LineChart {
        let count = max(10, Double(report.latency.corrected.count))
        let decades = max(1, log10(count).rounded(.up))
        let axis = Axis(low: 0, high: decades, scale: .linear)
        let corrected = Self.curve(report.distribution.corrected, decades)
        let naive = Self.curve(report.distribution.naive, decades)
        let events = Self.curve(report.distribution.events, decades)
        let names = ["0 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %", "99.9999 %"]
        return LineChart(
            title: "Latency by percentile", x: axis, y: .logarithmic((corrected + naive + events).map(\.y)),
            series: [
                .init(name: "from the plan", style: "c3", points: corrected),
                .init(name: "naive", style: "muted dashed", points: naive),
                .init(name: "change after the answer", style: "c1", points: events),
            ], notes: [],
            xLabels: (0...Int(decades)).map { (Double($0), $0 < names.count ? names[$0] : "") },
            yLabel: Self.milliseconds)
    }

    /// Points by the number of nines; a value is reached by all that are no longer than it.
    static func curve(_ pairs: [[UInt64]], _ decades: Double) -> [(x: Double, y: Double)] {
        let total = pairs.reduce(0.0) { $0 + Double($1.count == 2 ? $1[1] : 0) }
        guard total > 0 else { return [] }
        var points: [(x: Double, y: Double)] = []
        var seen = 0.0
        for pair in pairs where pair.count == 2 {
            let milliseconds = max(0.001, Double(pair[0]) / 1000)
            if points.isEmpty { points.append((0, milliseconds)) }
            seen += Double(pair[1])
            let rest = 1 - seen / total
            let nines = rest > 0 ? min(decades, -log10(rest)) : min(decades, log10(total))
            // As many points as the picture has room for.
            if let last = points.last, nines - last.x < decades / 300, rest > 0 { continue }
            points.append((nines, milliseconds))
        }
        return points
    }

    /// How often which latency was, in steps of a fifth of a decade.
    var histogram: LineChart {
        let corrected = Self.bars(report.distribution.corrected)
        let axis = Axis.logarithmic(corrected.map(\.x) + [1])
        return LineChart(
            title: "How often which latency", x: axis, y: .upTo(corrected.map(\.y).max() ?? 1),
            series: [.init(name: "requests", style: "c2", points: corrected, isFilled: true)],
            notes: corrected.map {
                .init(x: $0.x, text: "about \(SummaryText.milliseconds($0.x)): \($0.y.text(0)) requests")
            },
            xLabels: axis.ticks.map { ($0, Self.milliseconds($0)) }, yLabel: { Int(min($0, 1e15)).grouped })
    }

    static func bars(_ pairs: [[UInt64]]) -> [(x: Double, y: Double)] {
        var counts: [Int: Double] = [:]
        for pair in pairs where pair.count == 2 {
            let step = Int((log10(max(1, Double(pair[0]))) * 12).rounded())
            counts[step, default: 0] += Double(pair[1])
        }
        guard let first = counts.keys.min(), let last = counts.keys.max() else { return [] }
        return (first - 1...last + 1).map { step in
            (pow(10, Double(step) / 12) / 1000, counts[step] ?? 0)
        }
    }
}
