public import Logging

/// The least level written, in general and for loggers by the beginning of their label.
///
/// Written as `info` or `info,todo.tasks=debug,postgres=warning`; the longest fitting prefix counts, and prefixes end
/// where a part of the label ends: `todo.task` says nothing about `todo.tasks`.
public struct LogLevels: Sendable, Hashable {
    /// For labels that nothing else fits.
    public var general: Logger.Level
    private var prefixes: [Prefix] = []

    private struct Prefix: Sendable, Hashable {
        let label: String
        let level: Logger.Level
    }

    /// One level for all.
    public init(_ general: Logger.Level) {
        self.general = general
    }

    /// Nil when a part is no level, or a label is missing or named twice.
    public init?(_ text: String) {
        self.init(.info)
        var hasGeneral = false
        for part in text.split(separator: ",").map({ trimmed($0) }) where !part.isEmpty {
            let words = part.split(separator: "=", omittingEmptySubsequences: false).map { trimmed($0) }
            guard words.count <= 2, let level = words.last.flatMap({ Self.level($0) }) else { return nil }
            if words.count == 1 {
                guard !hasGeneral else { return nil }
                (general, hasGeneral) = (level, true)
            } else {
                let label = String(words[0])
                guard !label.isEmpty, !prefixes.contains(where: { $0.label == label }) else { return nil }
                prefixes.append(Prefix(label: label, level: level))
            }
        }
        prefixes.sort { ($0.label.utf8.count, $0.label) > ($1.label.utf8.count, $1.label) }
    }

    /// The least level that a logger writes.
    public subscript(label: String) -> Logger.Level {
        prefixes.first { label == $0.label || label.hasPrefix($0.label + ".") }?.level ?? general
    }

    private static func level(_ name: Substring) -> Logger.Level? {
        let synonyms = ["warn": "warning", "fatal": "critical"]
        let name = name.lowercased()
        return Logger.Level(rawValue: synonyms[name] ?? name)
    }
}
