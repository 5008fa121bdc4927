/// A page of metrics being written, in either format. Everything that stands on it is bytes from the start: texts that
/// are put together from pieces cost more than the numbers they hold.
struct ExpositionPage {
    let format: ExpositionFormat
    private(set) var bytes: [UInt8] = []
    /// A histogram's numbers on their way to the page, in memory that is used again.
    var counts: [UInt64] = []
    var exemplars: [Exemplar] = []
    private var digits: [UInt8] = []

    init(_ format: ExpositionFormat, capacity: Int) {
        self.format = format
        bytes.reserveCapacity(capacity)
    }

    mutating func header(_ family: FamilyNames) {
        bytes.append(contentsOf: format == .openMetrics ? family.openMetricsHeader : family.textHeader)
    }

    mutating func sample(_ name: [UInt8], _ labels: [UInt8], _ value: Double) {
        bytes.append(contentsOf: name)
        if !labels.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            bytes.append(contentsOf: labels)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
        number(value)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Buckets are cumulative on the page. `counts` and `exemplars` hold what was observed.
    mutating func histogram(
        _ family: FamilyNames, _ labels: [UInt8], _ layout: HistogramLayout, sum: Double
    ) {
        var start = family.bucket
        start.append(contentsOf: labels)
        if !labels.isEmpty { start.append(UInt8(ascii: ",")) }
        var total: UInt64 = 0
        let bounds = layout.spelledBounds(format)
        for index in counts.indices {
            total &+= counts[index]
            bytes.append(contentsOf: start)
            bytes.append(contentsOf: bounds[index])
            whole(total)
            if index < exemplars.count, exemplars[index].isSet { exemplar(exemplars[index]) }
            bytes.append(UInt8(ascii: "\n"))
        }
        sample(family.sum, labels, sum)
        sample(family.count, labels, Double(total))
    }

    mutating func end() {
        if format == .openMetrics { bytes.append(contentsOf: "# EOF\n".utf8) }
    }

    /// 63 of the 128 characters that labels of an exemplar may have.
    private mutating func exemplar(_ exemplar: Exemplar) {
        bytes.append(contentsOf: " # {trace_id=\"".utf8)
        hexadecimal(exemplar.traceHigh)
        hexadecimal(exemplar.traceLow)
        bytes.append(contentsOf: "\",span_id=\"".utf8)
        hexadecimal(exemplar.spanID)
        bytes.append(contentsOf: "\"} ".utf8)
        number(exemplar.value)
        bytes.append(UInt8(ascii: " "))
        whole(exemplar.time / 1_000_000_000)
        bytes.append(UInt8(ascii: "."))
        let milliseconds = exemplar.time / 1_000_000 % 1000
        if milliseconds < 100 { bytes.append(UInt8(ascii: "0")) }
        if milliseconds < 10 { bytes.append(UInt8(ascii: "0")) }
        whole(milliseconds)
    }

    /// Whole numbers, which most are, are written digit by digit; the others as Swift spells them.
    private mutating func number(_ value: Double) {
        if value >= 0, value < 1e15, value == value.rounded() {
            whole(UInt64(value))
        } else {
            bytes.append(contentsOf: prometheusNumber(value).utf8)
        }
    }

    private mutating func whole(_ value: UInt64) {
        guard value >= 10 else {
            bytes.append(UInt8(ascii: "0") + UInt8(value))
            return
        }
        digits.removeAll(keepingCapacity: true)
        var rest = value
        while rest > 0 {
            digits.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        bytes.append(contentsOf: digits.reversed())
    }

    private mutating func hexadecimal(_ value: UInt64) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(value >> UInt64(shift) & 0xF)
            bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}

/// A family's names in samples, and its headers, ready to be copied.
struct FamilyNames: Sendable {
    let sample: [UInt8]
    /// With the brace: every bucket has a label.
    let bucket: [UInt8]
    let sum: [UInt8]
    let count: [UInt8]
    let textHeader: [UInt8]
    let openMetricsHeader: [UInt8]

    init(_ descriptor: MetricDescriptor) {
        let name = descriptor.prometheusName
        sample = Array(name.utf8)
        bucket = Array("\(name)_bucket{".utf8)
        sum = Array("\(name)_sum".utf8)
        count = Array("\(name)_count".utf8)
        let kind = descriptor.kind.exposed
        textHeader = Array(
            "# HELP \(name) \(escaped(descriptor.help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
                .utf8)
        openMetricsHeader = Array(Self.openMetricsHeader(descriptor, kind).utf8)
    }

    /// OpenMetrics names a counter's family without `_total`, and what is always 1 and told by labels is an info. A
    /// counter of Dapr's whose name does not end in `_total` cannot be one there, so its type stays untold.
    private static func openMetricsHeader(_ descriptor: MetricDescriptor, _ kind: ExposedKind) -> String {
        let name = descriptor.prometheusName
        var family = descriptor.familyName
        var type = kind.rawValue
        if kind == .counter, descriptor.followsDapr {
            if name.hasSuffix("_total") {
                family = String(name.dropLast("_total".count))
            } else {
                type = "unknown"
            }
        }
        if kind == .gauge, name.hasSuffix("_info") {
            family = String(name.dropLast("_info".count))
            type = "info"
        }
        let unit = descriptor.unitWord.map { "# UNIT \(family) \($0)\n" } ?? ""
        return "# TYPE \(family) \(type)\n\(unit)# HELP \(family) \(escaped(descriptor.help, quotes: true))\n"
    }
}
