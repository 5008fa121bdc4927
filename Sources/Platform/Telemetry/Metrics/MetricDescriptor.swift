/// What is declared of a metric: everything the exposition and the documentation say of it, and what holds it within
/// bounds.
public struct MetricDescriptor: Sendable, Hashable {
    /// The instruments of OpenTelemetry.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Only grows.
        case counter
        /// A sum that goes up and down; sums of several processes make sense.
        case upDownCounter = "up-down counter"
        /// A value that is set.
        case gauge
        /// Counts observations by size.
        case histogram

        /// The type in Prometheus, which does not tell the two that go up and down apart.
        var exposed: ExposedKind {
            switch self {
            case .counter: .counter
            case .upDownCounter, .gauge: .gauge
            case .histogram: .histogram
            }
        }
    }

    /// The OpenTelemetry name, dotted, without unit.
    public let name: String
    /// Its type.
    public let kind: Kind
    /// `s`, `By`, `1`, or empty for what is simply counted.
    public let unit: String
    /// One sentence.
    public let help: String
    /// The bounds, for histograms.
    public let buckets: HistogramBuckets
    /// Every label a series may have; which of them it has may differ from series to series.
    public let labels: [MetricLabel]
    /// Whether a process that makes it at all has its series, at zero, before anything happens: an alert on the rate of
    /// a series does not see the increment that creates the series.
    public let isThereFromStart: Bool

    /// A description. What is not said: no unit, the buckets of HTTP, no labels, made when it is first needed.
    public init(
        _ name: String, _ kind: Kind, unit: String = "", help: String, buckets: HistogramBuckets = .http,
        labels: [MetricLabel] = [], fromStart: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
        self.buckets = buckets
        self.labels = labels
        isThereFromStart = fromStart
    }

    /// The name in Prometheus: dots become underscores, the unit a suffix, and counters end in `_total`.
    public var prometheusName: String {
        followsDapr || kind != .counter ? familyName : familyName + "_total"
    }

    /// The name that OpenMetrics gives the family: a counter's without `_total`.
    var familyName: String {
        var name = prometheusIdentifier(self.name)
        // Dashboards for Dapr know its names letter by letter, and it follows no convention.
        if followsDapr { return name }
        if kind == .counter, name.hasSuffix("_total") { name.removeLast("_total".count) }
        if let suffix = unitWord.map({ "_" + $0 }), !name.hasSuffix(suffix) { name += suffix }
        return name
    }

    /// Whether the name is Dapr's and stays as Dapr has it.
    var followsDapr: Bool { prometheusIdentifier(name).hasPrefix("dapr_") }

    /// The unit as Prometheus spells it, which is also the end of the name.
    public var unitWord: String? {
        switch unit {
        case "s": "seconds"
        case "By": "bytes"
        case "1": kind == .gauge ? "ratio" : nil
        default: nil
        }
    }
}

/// The types of Prometheus.
enum ExposedKind: String, Sendable, Hashable {
    case counter
    case gauge
    case histogram
}

/// A name Prometheus accepts for metrics and labels: letters, digits, single underscores, no digit in front.
func prometheusIdentifier(_ name: String) -> String {
    if isPrometheusIdentifier(name) { return name }
    var result: [UInt8] = []
    result.reserveCapacity(name.utf8.count)
    for byte in name.utf8 {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: result.append(byte)
        default: if result.last != underscore { result.append(underscore) }
        }
    }
    if let first = result.first, (0x30...0x39).contains(first) { result.insert(underscore, at: 0) }
    return result.isEmpty ? "_" : String(decoding: result, as: UTF8.self)
}

/// Most names are fit already or come again and again; looking is cheaper than building.
private func isPrometheusIdentifier(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
    var previous: UInt8 = 0
    for byte in name.utf8 {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: break
        case underscore where previous != underscore: break
        default: return false
        }
        previous = byte
    }
    return true
}

private let underscore = UInt8(ascii: "_")
