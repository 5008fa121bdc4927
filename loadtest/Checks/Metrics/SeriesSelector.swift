/// What stands between the braces of PromQL, for series that are at hand.
struct SeriesSelector: Sendable {
    private enum Comparison: String, CaseIterable {
        case matches = "=~"
        case differs = "!~"
        case isNot = "!="
        case `is` = "="
    }

    private struct Matcher: Sendable {
        let label: String
        let comparison: Comparison
        let value: String

        func accepts(_ labels: [String: String]) -> Bool {
            let own = labels[label] ?? ""
            switch comparison {
            case .is: return own == value
            case .isNot: return own != value
            case .matches: return isWhole(own)
            case .differs: return !isWhole(own)
            }
        }

        private func isWhole(_ text: String) -> Bool {
            guard let pattern = try? Regex(value) else { return false }
            return (try? pattern.wholeMatch(in: text)) != nil
        }
    }

    private let matchers: [Matcher]

    /// Reads `job='gateway', code=~"5.."`; nil for what is no list of matchers.
    init?(_ text: String) {
        var matchers: [Matcher] = []
        var rest = text[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "," }
            guard !rest.isEmpty else { break }
            let label = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            rest = rest.dropFirst(label.count)
            guard !label.isEmpty,
                let comparison = Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) })
            else { return nil }
            rest = rest.dropFirst(comparison.rawValue.count)
            guard let quote = rest.popFirst(), quote == "'" || quote == "\"" else { return nil }
            let value = rest.prefix { $0 != quote }
            rest = rest.dropFirst(value.count)
            guard rest.popFirst() == quote else { return nil }
            let text = String(value.replacing("\\\\", with: "\\"))
            if comparison == .matches || comparison == .differs, (try? Regex(text)) == nil { return nil }
            matchers.append(Matcher(label: String(label), comparison: comparison, value: text))
        }
        self.matchers = matchers
    }

    func accepts(_ labels: [String: String]) -> Bool { matchers.allSatisfy { $0.accepts(labels) } }
}
