/// A name in which `*` stands for any text, also none. Everything else stands for itself, braces included.
public struct NamePattern: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// As it was written.
    public let description: String
    private let parts: [String]

    /// Reads a pattern; there is none that cannot be read.
    public init(_ text: String) {
        description = text
        parts = text.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
    }

    /// The same as `init(_:)`.
    public init(stringLiteral text: String) { self.init(text) }

    /// Whether a name is one of those that are meant.
    public func matches(_ name: String) -> Bool {
        guard let first = parts.first, let last = parts.last, parts.count > 1 else {
            return name == description
        }
        guard name.hasPrefix(first) else { return false }
        var rest = name.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let after = Self.end(of: part, in: rest) else { return false }
            rest = rest[after...]
        }
        return rest.hasSuffix(last)
    }

    private static func end(of part: String, in text: Substring) -> Substring.Index? {
        var from = text.startIndex
        while from < text.endIndex {
            if text[from...].hasPrefix(part) { return text.index(from, offsetBy: part.count) }
            from = text.index(after: from)
        }
        return nil
    }
}
