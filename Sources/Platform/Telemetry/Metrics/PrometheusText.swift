/// The text format 0.0.4 of Prometheus, piece by piece.

/// A number as Prometheus writes it: whole ones without a point.
func prometheusNumber(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == value.rounded(), abs(value) < 1e15 { return "\(Int64(value))" }
    return "\(value)"
}

/// Labels as they stand between the braces: sorted, named as Prometheus allows, values escaped.
func prometheusLabels(_ dimensions: [(String, String)]) -> String {
    guard !dimensions.isEmpty else { return "" }
    var named = dimensions.map { (prometheusLabelName($0.0), $0.1) }
    // Stable by order of appearance, so that of two equal names the later one wins, as in a dictionary.
    named.sort { $0.0 < $1.0 }
    var text = ""
    for (index, (name, value)) in named.enumerated() {
        if index + 1 < named.count, named[index + 1].0 == name { continue }
        if !text.isEmpty { text += "," }
        text += name
        text += "=\""
        text.appendEscaped(value, quotes: true)
        text += "\""
    }
    return text
}

/// `le` belongs to the buckets, and names with two leading underscores to Prometheus itself.
private func prometheusLabelName(_ name: String) -> String {
    let identifier = prometheusIdentifier(name)
    return identifier == "le" ? "le_" : identifier
}

extension String {
    mutating func appendSample(_ name: String, _ labels: String, _ value: Double) {
        self += name
        if !labels.isEmpty { self += "{\(labels)}" }
        self += " \(prometheusNumber(value))\n"
    }

    mutating func appendHeader(_ name: String, _ kind: MetricDescriptor.Kind, help: String) {
        self += "# HELP \(name) "
        appendEscaped(help, quotes: false)
        self += "\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func appendEscaped(_ text: String, quotes: Bool) {
        let needsNone = text.utf8.allSatisfy { $0 != 0x5C && $0 != 0x0A && $0 != 0x22 }
        guard !needsNone else {
            self += text
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": self += "\\\\"
            case "\n": self += "\\n"
            case "\"" where quotes: self += "\\\""
            default: unicodeScalars.append(scalar)
            }
        }
    }
}
