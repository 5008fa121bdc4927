/// What the exposition says of a metric.
public struct MetricDescriptor: Sendable, Hashable {
    /// The types of Prometheus.
    public enum Kind: String, Sendable, Hashable {
        /// Only grows.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts observations by size.
        case histogram
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

    /// A description.
    public init(
        _ name: String, _ kind: Kind, unit: String = "", help: String, buckets: HistogramBuckets = .http
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
        self.buckets = buckets
    }

    /// The name in Prometheus: dots become underscores, the unit a suffix, and counters end in `_total`.
    public var prometheusName: String {
        var name = prometheusIdentifier(self.name)
        // Dashboards for Dapr know its names letter by letter, and it follows no convention.
        if name.hasPrefix("dapr_") { return name }
        let total = "_total"
        if kind == .counter, name.hasSuffix(total) { name.removeLast(total.count) }
        if let suffix = unitSuffix, !name.hasSuffix(suffix) { name += suffix }
        return kind == .counter ? name + total : name
    }

    private var unitSuffix: String? {
        switch unit {
        case "s": "_seconds"
        case "By": "_bytes"
        case "1": kind == .gauge ? "_ratio" : nil
        default: nil
        }
    }
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
