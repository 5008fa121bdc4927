import ServiceObjectives

/// How many events of an objective there were and how many of them were bad, as the rules would count them.
struct ObjectiveUse: Sendable, Equatable {
    var total: Double
    var bad: Double

    /// The share of bad events; 0 without events.
    var badShare: Double { total > 0 ? bad / total : 0 }

    /// Nil when the counters are not there, which must never read as "none were bad".
    init?(_ objective: ServiceObjective, in grown: MetricReading) {
        switch objective.events {
        case .counters(let total, let bad):
            guard let sum = Self.sum(total, in: grown) else { return nil }
            self.init(total: sum, bad: Self.sum(bad, in: grown) ?? 0)
        case .durations(let source):
            guard let selector = SeriesSelector(source.match),
                let count = grown.sum("\(source.histogram)_count", where: selector),
                let quick = Self.within(source, selector, in: grown)
            else { return nil }
            let also = Self.sum(source.alsoBad, in: grown) ?? 0
            let unmeasured = Self.sum(source.neverMeasured, in: grown) ?? 0
            self.init(total: count + unmeasured, bad: max(0, count - quick) + also + unmeasured)
        }
    }

    init(total: Double, bad: Double) {
        self.total = total
        self.bad = min(bad, total)
    }

    private static func sum(_ counters: [CounterSelector], in grown: MetricReading) -> Double? {
        let sums = counters.compactMap { counter in
            SeriesSelector(counter.match).flatMap { grown.sum(counter.counter, where: $0) }
        }
        return sums.isEmpty ? nil : sums.reduce(0, +)
    }

    /// What fell into the bucket of the limit, in whatever way its boundary is spelled.
    private static func within(
        _ source: DurationSource, _ selector: SeriesSelector, in grown: MetricReading
    ) -> Double? {
        let found = grown.samples.filter { sample in
            sample.name == "\(source.histogram)_bucket" && selector.accepts(sample.labels)
                && sample.labels["le"].flatMap(Double.init) == source.goodWithinSeconds
        }
        return found.isEmpty ? nil : found.reduce(0) { $0 + $1.value }
    }
}
