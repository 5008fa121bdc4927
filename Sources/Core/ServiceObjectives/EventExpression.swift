/// The PromQL of one objective's events per second.
struct EventExpression {
    let objective: ServiceObjective
    let window: String

    /// All valid events.
    var total: String {
        switch objective.events {
        case .counters(let total, _):
            sum(of: total)
        case .durations(let source):
            ([rate("\(source.histogram)_count", source.match)] + filled(source.neverMeasured, in: source))
                .joined(separator: "\n+ ")
        }
    }

    /// Those that were not good.
    var bad: String {
        switch objective.events {
        case .counters(let total, let bad):
            bad.map { counter in filled(counter, by: rate(total[0].counter, total[0].match)) }
                .joined(separator: "\n+ ")
        case .durations(let source):
            ([slow(source)] + filled(source.alsoBad + source.neverMeasured, in: source))
                .joined(separator: "\n+ ")
        }
    }

    /// Not filled: without its bucket, an indicator is absent instead of "all slow".
    private func slow(_ source: DurationSource) -> String {
        let bucket = "\(source.match), le=~\"\(Self.boundary(source.goodWithinSeconds))\""
        return """
            clamp_min(
              \(rate("\(source.histogram)_count", source.match))
              - \(rate("\(source.histogram)_bucket", bucket)),
              0
            )
            """
    }

    /// The boundary as text and OpenMetrics expositions, old and new, may spell it.
    static func boundary(_ seconds: Double) -> String {
        let text = RoundNumber.text(seconds)
        guard text.contains(".") else { return "\(text)|\(text)\\\\.0" }
        return text.split(separator: ".").joined(separator: "\\\\.")
    }

    /// Each counter is born with its first event, so any of them may be missing, but not all.
    private func sum(of counters: [CounterSelector]) -> String {
        guard counters.count > 1 else { return rate(counters[0].counter, counters[0].match) }
        return counters.enumerated().map { index, counter in
            let other = counters[index == 0 ? 1 : 0]
            return filled(counter, by: rate(other.counter, other.match))
        }.joined(separator: "\n+ ")
    }

    private func filled(_ counters: [CounterSelector], in source: DurationSource) -> [String] {
        counters.map { filled($0, by: rate("\(source.histogram)_count", source.match)) }
    }

    /// A counter that nobody has incremented yet has no series: that is zero, as long as there are events at all.
    private func filled(_ counter: CounterSelector, by known: String) -> String {
        "(\(rate(counter.counter, counter.match)) or 0 * \(known))"
    }

    private func rate(_ metric: String, _ match: String) -> String {
        "sum(rate(\(metric){\(match.replacing("'", with: "\""))}[\(window)]))"
    }
}
