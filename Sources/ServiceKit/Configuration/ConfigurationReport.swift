/// What `todo config` prints: every key of a role, its value, and where the value comes from.
public struct ConfigurationReport: Sendable {
    /// One key as it stands.
    public struct Line: Sendable, Codable {
        public let key: String
        public let kind: String
        public let value: String?
        public let source: String
        public let `default`: String?
        public let summary: String
    }

    public let lines: [Line]

    /// Looks every key up; secrets show only whether they are set.
    public init(keys: [ConfigurationKey], settings: Settings) {
        lines = keys.map { key in
            let given = settings.given(key)
            let value = given ?? key.fallback
            return Line(
                key: key.name, kind: key.kind.rawValue,
                value: key.isSecret && value != nil ? "********" : value,
                source: settings.source(of: key).rawValue,
                default: key.isSecret ? nil : key.fallback, summary: key.summary)
        }
    }

    /// Columns for a terminal.
    public var table: String {
        let width = lines.map(\.key.count).max() ?? 0
        return lines.map { line in
            let key = line.key.padding(to: width)
            return
                "  \(key)  \(line.source.padding(to: 12))  \(line.value ?? "-")\n  \("".padding(to: width))  "
                + "\(line.summary)\n"
        }.joined()
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
