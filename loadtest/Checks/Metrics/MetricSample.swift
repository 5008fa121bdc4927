/// One series at one moment, as `/metrics` shows it.
struct MetricSample: Sendable, Equatable {
    var name: String
    var labels: [String: String]
    var value: Double
}

/// Reads the text format of Prometheus, as far as processes write it; a line that cannot be read is passed over.
enum MetricText {
    static func samples(_ text: String) -> [MetricSample] {
        text.split(separator: "\n").compactMap { $0.first == "#" ? nil : sample($0) }
    }

    private static func sample(_ line: Substring) -> MetricSample? {
        var rest = line
        let name = rest.prefix { $0 != "{" && $0 != " " }
        rest = rest.dropFirst(name.count)
        guard !name.isEmpty, let labels = rest.first == "{" ? pairs(&rest) : [:] else { return nil }
        guard let number = rest.split(separator: " ").first, let value = Double(number) else { return nil }
        return MetricSample(name: String(name), labels: labels, value: value)
    }

    private static func pairs(_ rest: inout Substring) -> [String: String]? {
        var labels: [String: String] = [:]
        rest = rest.dropFirst()
        while rest.first != "}" {
            let key = rest.prefix { $0 != "=" }
            rest = rest.dropFirst(key.count + 1)
            guard rest.popFirst() == "\"", let value = quoted(&rest) else { return nil }
            labels[String(key)] = value
            if rest.first == "," { rest = rest.dropFirst() }
            guard !rest.isEmpty else { return nil }
        }
        rest = rest.dropFirst()
        return labels
    }

    private static func quoted(_ rest: inout Substring) -> String? {
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return text
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                text.append(escaped == "n" ? "\n" : escaped)
            default: text.append(character)
            }
        }
        return nil
    }
}
