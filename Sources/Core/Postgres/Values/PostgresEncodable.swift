public import FoundationEssentials

/// A value that can stand in a statement.
public protocol PostgresEncodable: Sendable {
    /// PostgreSQL's text form; nil is NULL.
    var postgresText: String? { get }
}

extension String: PostgresEncodable {
    /// The text itself.
    public var postgresText: String? { self }
}

extension Int: PostgresEncodable {
    /// Decimal digits.
    public var postgresText: String? { String(self) }
}

extension Int16: PostgresEncodable {
    /// Decimal digits.
    public var postgresText: String? { String(self) }
}

extension Int32: PostgresEncodable {
    /// Decimal digits.
    public var postgresText: String? { String(self) }
}

extension Int64: PostgresEncodable {
    /// Decimal digits.
    public var postgresText: String? { String(self) }
}

extension Bool: PostgresEncodable {
    /// `t` or `f`.
    public var postgresText: String? { self ? "t" : "f" }
}

extension Double: PostgresEncodable {
    /// Shortest digits that read back to the same value.
    public var postgresText: String? {
        isNaN ? "NaN" : isInfinite ? (self < 0 ? "-Infinity" : "Infinity") : description
    }
}

extension Date: PostgresEncodable {
    /// ISO 8601 in UTC with microseconds, PostgreSQL's own precision.
    public var postgresText: String? { timestampText(of: self) }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    /// The value's text, or NULL.
    public var postgresText: String? { self?.postgresText }
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    /// An array literal; `[UInt8]` is `bytea`.
    public var postgresText: String? { Element.postgresArrayText(self) }
}

extension RawRepresentable where RawValue: PostgresEncodable, Self: PostgresEncodable {
    /// The raw value's text; makes an enum encodable by naming the protocol alone.
    public var postgresText: String? { rawValue.postgresText }
}

/// A JSON document as bytes, for `json` and `jsonb` columns.
public struct PostgresJSON: Sendable, Hashable, PostgresEncodable, PostgresDecodable {
    /// UTF-8.
    public var bytes: [UInt8]

    /// Wraps a document; the server checks it.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The document as text.
    public var postgresText: String? { String(decoding: bytes, as: UTF8.self) }

    /// Any text; the server made it.
    public init?(postgresText text: String) { bytes = Array(text.utf8) }
}
