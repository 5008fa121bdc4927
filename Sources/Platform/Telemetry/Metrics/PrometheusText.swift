/// What both formats of Prometheus spell alike.

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
        text += escaped(value, quotes: true)
        text += "\""
    }
    return text
}

/// `le` belongs to the buckets, and names with two leading underscores to Prometheus itself.
func prometheusLabelName(_ name: String) -> String {
    let identifier = prometheusIdentifier(name)
    return identifier == "le" ? "le_" : identifier
}

/// - Parameter quotes: whether the text stands between quotation marks, or in the help of OpenMetrics.
func escaped(_ text: String, quotes: Bool) -> String {
    let needsNone = text.utf8.allSatisfy { $0 != 0x5C && $0 != 0x0A && $0 != 0x22 }
    guard !needsNone else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\"" where quotes: result += "\\\""
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
