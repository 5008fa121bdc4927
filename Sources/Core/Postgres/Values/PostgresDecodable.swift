public import FoundationEssentials

/// A value that can be read from a column.
public protocol PostgresDecodable: Sendable {
    /// Reads PostgreSQL's text form; nil when it is something else.
    init?(postgresText text: String)

    /// Reads the same where it lies, in the memory of the result; by way of a `String` unless a type knows better.
    init?(postgresBytes bytes: Span<UInt8>)

    /// The answer for NULL; only `Optional` has one.
    static var postgresNull: Self? { get }
}

extension PostgresDecodable {
    /// By way of a `String`.
    public init?(postgresBytes bytes: Span<UInt8>) {
        self.init(postgresText: String(bytes))
    }

    /// NULL is no value.
    @inlinable
    public static var postgresNull: Self? { nil }

    /// Reads a cell, NULL included.
    static func fromPostgres(_ cell: String?) -> Self? {
        guard let cell else { return postgresNull }
        return Self(postgresText: cell)
    }
}

extension String {
    /// The server was asked for UTF-8, so nothing is lost.
    init(_ bytes: Span<UInt8>) {
        self = bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}

extension String: PostgresDecodable {
    /// Any text.
    public init?(postgresText text: String) { self = text }

    /// Any text.
    public init?(postgresBytes bytes: Span<UInt8>) { self.init(bytes) }
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

extension Date: PostgresDecodable {
    /// `timestamptz`, `timestamp` (taken as UTC) or `date`.
    public init?(postgresText text: String) { self.init(postgresBytes: text.utf8.span) }

    /// `timestamptz`, `timestamp` (taken as UTC) or `date`.
    public init?(postgresBytes bytes: Span<UInt8>) {
        guard let date = bytes.withUnsafeBufferPointer({ date(ofTimestamp: $0) }) else { return nil }
        self = date
    }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    /// A one-dimensional array, or `bytea` for `[UInt8]`.
    public init?(postgresText text: String) { self.init(postgresBytes: text.utf8.span) }

    /// A one-dimensional array, or `bytea` for `[UInt8]`.
    @inlinable
    public init?(postgresBytes bytes: Span<UInt8>) {
        guard let elements = Element.elements(ofPostgresArray: bytes) else { return nil }
        self = elements
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// The value, when there is text.
    public init?(postgresText text: String) {
        guard let value = Wrapped(postgresText: text) else { return nil }
        self = .some(value)
    }

    /// The value, when there is text.
    @inlinable
    public init?(postgresBytes bytes: Span<UInt8>) {
        guard let value = Wrapped(postgresBytes: bytes) else { return nil }
        self = .some(value)
    }

    /// NULL is `.none`, and a good answer.
    @inlinable
    public static var postgresNull: Self? { .some(.none) }
}

extension RawRepresentable where RawValue: PostgresDecodable, Self: PostgresDecodable {
    /// By raw value; makes an enum decodable by naming the protocol alone.
    public init?(postgresText text: String) {
        guard let raw = RawValue(postgresText: text) else { return nil }
        self.init(rawValue: raw)
    }
}
