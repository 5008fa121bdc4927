public import CoreMetrics
import Synchronization

/// Keeps the metrics of a process and writes them as Prometheus reads them.
///
/// Metrics are named as OpenTelemetry names them; `MetricCatalogue` knows unit, help and buckets of each, and the
/// exposition translates. A metric without an entry is taken as its maker made it. Handles are found under two
/// short locks; recording is an atomic addition, or a short lock for histograms, and allocates nothing.
public final class MetricsRegistry: MetricsFactory, Sendable {
    private struct FamilyKey: Hashable, Sendable {
        let label: String
        let kind: MetricDescriptor.Kind
        let isTimer: Bool
    }

    private struct State: Sendable {
        /// As makers call them; several spellings may mean one family.
        var byLabel: [FamilyKey: MetricFamily] = [:]
        var byName: [String: MetricFamily] = [:]
        var collectors: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    /// An empty registry.
    public init() {}

    /// Called each time before metrics are read: the place to set gauges whose value is known elsewhere.
    public func onCollect(_ collector: @escaping @Sendable () -> Void) {
        state.withLock { $0.collectors.append(collector) }
    }

    /// All metrics in the text format 0.0.4, sorted by name.
    public func exposition() -> String {
        let collectors = state.withLock { $0.collectors }
        for collect in collectors { collect() }
        let families = state.withLock { Array($0.byName.values) }.sorted { $0.name < $1.name }
        var text = ""
        text.reserveCapacity(64 * 1024)
        for family in families { family.write(to: &text) }
        return text
    }

    /// The content type of `exposition()`.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

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
            if let known = state.byName[name], known.kind == descriptor.kind {
                family = known
            } else {
                family = MetricFamily(descriptor)
                if state.byName[name] == nil { state.byName[name] = family }
            }
            state.byLabel[key] = family
            return family
        }
    }

    private static func descriptor(for key: FamilyKey) -> MetricDescriptor {
        if let known = MetricCatalogue.descriptor(of: key.label), known.kind == key.kind { return known }
        let help = "\(key.label), a \(key.kind.rawValue) without an entry in the catalogue."
        return MetricDescriptor(
            key.label, key.kind, unit: key.isTimer ? "s" : "", help: help,
            buckets: key.isTimer ? .http : .rows)
    }

    private func remove(_ handler: AnyObject) {
        let families = state.withLock { Array($0.byName.values) }
        for family in families { family.remove(handler) }
    }
}
