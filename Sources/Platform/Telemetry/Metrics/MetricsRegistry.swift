public import CoreMetrics
import Synchronization

/// Keeps the metrics of a process and writes them as Prometheus reads them.
///
/// Metrics are named as OpenTelemetry names them; `MetricCatalogue` knows unit, help and buckets of each, and the
/// exposition translates. A metric without an entry is taken as its maker made it. Handles are found under two
/// short locks; recording is an atomic addition, or a short lock for histograms, and allocates nothing. Histograms keep
/// an exemplar for each bucket, from the sampled span in which they were recorded.
public final class MetricsRegistry: MetricsFactory, Sendable {
    private struct FamilyKey: Hashable, Sendable {
        let label: String
        let kind: ExposedKind
        let isTimer: Bool
    }

    private struct State: Sendable {
        /// As makers call them; several spellings may mean one family.
        var byLabel: [FamilyKey: MetricFamily] = [:]
        var byName: [String: MetricFamily] = [:]
        var collectors: [@Sendable () -> Void] = []
        /// How long the last page was, so that the next one grows no more than it must.
        var pageLength = 64 * 1024
    }

    private let state = Mutex(State())
    private let exemplars: ExemplarSource?
    private static let pageDurations = "otel.sdk.metric_reader.collection.duration"
    private static let reader = [
        ("otel.component.name", "prometheus_http_text_metric_exporter/0"),
        ("otel.component.type", "prometheus_http_text_metric_exporter"),
    ]

    /// An empty registry.
    ///
    /// - Parameter exemplars: where they come from; nil keeps none.
    public init(exemplars: ExemplarSource? = .sampledSpans) {
        self.exemplars = exemplars
    }

    /// Called each time before metrics are read: the place to set gauges whose value is known elsewhere.
    public func onCollect(_ collector: @escaping @Sendable () -> Void) {
        state.withLock { $0.collectors.append(collector) }
    }

    /// All metrics, sorted by name.
    public func exposition(_ format: ExpositionFormat = .text) -> String {
        String(decoding: page(format), as: UTF8.self)
    }

    /// All metrics, sorted by name, as they are sent. How long it took stands on the next page.
    public func page(_ format: ExpositionFormat) -> [UInt8] {
        let start = SpanClock.system.monotonicNanoseconds()
        defer { measurePage(since: start) }
        let collectors = state.withLock { $0.collectors }
        for collect in collectors { collect() }
        let (families, length) = state.withLock { (Array($0.byName.values), $0.pageLength) }
        var page = ExpositionPage(format, capacity: length + length / 8)
        for family in families.sorted(by: { $0.name < $1.name }) { family.write(to: &page) }
        page.end()
        let written = page.bytes.count
        state.withLock { $0.pageLength = written }
        return page.bytes
    }

    /// An empty registry stays empty: there is nobody to be told how long nothing took.
    private func measurePage(since start: UInt64) {
        guard !descriptors.isEmpty else { return }
        histogram(Self.pageDurations, Self.reader, isTimer: true)
            .recordNanoseconds(Int64(clamping: SpanClock.system.monotonicNanoseconds() &- start))
    }

    /// Every metric that has a series, as it was declared or, without an entry in the catalogue, as it was made.
    var descriptors: [MetricDescriptor] {
        state.withLock { $0.byName.values.map(\.descriptor) }
    }

    /// Makes the series of a metric for every combination of its labels' known values, all zero.
    ///
    /// For whoever records a metric that the catalogue says is there from the start.
    ///
    /// - Parameter fixed: labels whose values only the process knows; of the others the catalogue must list the values,
    ///   or they are left out.
    public func prepare(_ name: String, fixed: [(String, String)] = []) {
        guard let descriptor = MetricCatalogue.descriptor(of: name) else { return }
        for labels in descriptor.combinations(fixed: fixed) {
            _ = series(FamilyKey(label: name, kind: descriptor.kind.exposed, isTimer: false), labels)
        }
    }

    /// Part of the metrics API.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    /// Part of the metrics API.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions)
    }

    /// Part of the metrics API.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    /// Part of the metrics API: a histogram when it aggregates, else a gauge.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        aggregate ? histogram(label, dimensions, isTimer: false) : gauge(label, dimensions)
    }

    /// Part of the metrics API: a histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions, isTimer: true)
    }

    /// Part of the metrics API.
    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    /// Part of the metrics API.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    /// Part of the metrics API.
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    /// Part of the metrics API.
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    /// Part of the metrics API.
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    func counter(_ label: String, _ dimensions: [(String, String)] = []) -> CounterSeries {
        series(FamilyKey(label: label, kind: .counter, isTimer: false), dimensions) as? CounterSeries
            ?? CounterSeries()
    }

    func gauge(_ label: String, _ dimensions: [(String, String)] = []) -> GaugeSeries {
        series(FamilyKey(label: label, kind: .gauge, isTimer: false), dimensions) as? GaugeSeries
            ?? GaugeSeries()
    }

    func histogram(_ label: String, _ dimensions: [(String, String)], isTimer: Bool) -> HistogramSeries {
        series(FamilyKey(label: label, kind: .histogram, isTimer: isTimer), dimensions) as? HistogramSeries
            ?? HistogramSeries(layout: HistogramLayout(.http))
    }

    private func series(_ key: FamilyKey, _ dimensions: [(String, String)]) -> any MetricSeries {
        let family = family(key)
        let (series, isOverflow) = family.series(prometheusLabels(dimensions))
        if isOverflow, key.label != Self.overflowName {
            counter(Self.overflowName, [("metric", family.name)]).increment(by: Int64(1))
        }
        return series
    }

    private static let overflowName = "todo.telemetry.series_overflow"

    /// Two metrics of one name and different types cannot both be shown: the first one is, the other only works.
    private func family(_ key: FamilyKey) -> MetricFamily {
        state.withLock { state in
            if let known = state.byLabel[key] { return known }
            let descriptor = Self.descriptor(for: key)
            let name = descriptor.prometheusName
            let family: MetricFamily
            if let known = state.byName[name], known.descriptor.kind.exposed == descriptor.kind.exposed {
                family = known
            } else {
                family = MetricFamily(descriptor, exemplars: exemplars)
                if state.byName[name] == nil { state.byName[name] = family }
            }
            state.byLabel[key] = family
            return family
        }
    }

    private static func descriptor(for key: FamilyKey) -> MetricDescriptor {
        if let known = MetricCatalogue.descriptor(of: key.label), known.kind.exposed == key.kind {
            return known
        }
        let help = "\(key.label), a \(key.kind.rawValue) without an entry in the catalogue."
        return MetricDescriptor(
            key.label, key.kind.undeclared, unit: key.isTimer ? "s" : "", help: help,
            buckets: key.isTimer ? .http : .rows)
    }

    private func remove(_ handler: AnyObject) {
        let families = state.withLock { Array($0.byName.values) }
        for family in families { family.remove(handler) }
    }
}

extension ExposedKind {
    /// The instrument that a metric without an entry is taken for.
    fileprivate var undeclared: MetricDescriptor.Kind {
        switch self {
        case .counter: .counter
        case .gauge: .gauge
        case .histogram: .histogram
        }
    }
}

extension MetricDescriptor {
    /// Every way to choose one of the known values for each label.
    fileprivate func combinations(fixed: [(String, String)]) -> [[(String, String)]] {
        var result = [fixed]
        for label in labels where !fixed.contains(where: { $0.0 == label.name }) {
            guard case .oneOf(let values) = label.values else { continue }
            result = result.flatMap { some in values.map { some + [(label.name, $0)] } }
        }
        return result
    }
}
