public import FoundationEssentials

/// A value that can be read from a column.
public protocol PostgresDecodable: Sendable {
    /// Reads PostgreSQL's text form; nil when it is something else.
    init?(postgresText text: String)

    /// Reads a cell, NULL included. Only `Optional` has an answer for NULL.
    static func fromPostgres(_ cell: String?) -> Self?
}

extension PostgresDecodable {
    /// NULL is no value.
    public static func fromPostgres(_ cell: String?) -> Self? {
        cell.flatMap { Self(postgresText: $0) }
    }
}

extension String: PostgresDecodable {
    /// Any text.
    public init?(postgresText text: String) { self = text }
}

extension Int: PostgresDecodable {
    /// Decimal digits.
    public init?(postgresText text: String) { self.init(text) }
}

extension Int16: PostgresDecodable {
    /// Decimal digits.
    public init?(postgresText text: String) { self.init(text) }
}

extension Int32: PostgresDecodable {
    /// Decimal digits.
    public init?(postgresText text: String) { self.init(text) }
}

extension Int64: PostgresDecodable {
    /// Decimal digits.
    public init?(postgresText text: String) { self.init(text) }
}

extension Bool: PostgresDecodable {
    /// `t` or `f`.
    public init?(postgresText text: String) {
        switch text {
        case "t", "true": self = true
        case "f", "false": self = false
        default: return nil
        }
    }
}

extension Double: PostgresDecodable {
    /// Digits, `NaN`, `Infinity`.
    public init?(postgresText text: String) { self.init(text) }
}

extension UUID: PostgresDecodable {
    /// 36 characters.
    public init?(postgresText text: String) { self.init(uuidString: text) }
}

extension Date: PostgresDecodable {
    /// `timestamptz`, `timestamp` (taken as UTC) or `date`.
    public init?(postgresText text: String) {
        guard let date = date(ofTimestamp: text) else { return nil }
        self = date
    }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    /// A one-dimensional array, or `bytea` for `[UInt8]`.
    public init?(postgresText text: String) {
        guard let elements = Element.elements(ofPostgresArray: text) else { return nil }
        self = elements
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// The value, when there is text.
    public init?(postgresText text: String) {
        guard let value = Wrapped(postgresText: text) else { return nil }
        self = .some(value)
    }

    /// NULL is `.none`, and a good answer.
    public static func fromPostgres(_ cell: String?) -> Self? {
        guard let cell else { return .some(.none) }
        return Wrapped(postgresText: cell).map { .some($0) }
    }
}

extension RawRepresentable where RawValue: PostgresDecodable, Self: PostgresDecodable {
    /// By raw value; makes an enum decodable by naming the protocol alone.
    public init?(postgresText text: String) {
        guard let raw = RawValue(postgresText: text) else { return nil }
        self.init(rawValue: raw)
    }
}
