/// A statement whose interpolated values are sent apart from its text.
///
/// `"SELECT * FROM tasks WHERE id = \(id)"` becomes `… WHERE id = $1` with one bound value, so what reads
/// like string building is safe. Values travel in text form with the type left open: the server infers it
/// from the place they stand in (`= ANY(\(ids))`, `\(due)::timestamptz` where nothing else tells).
public struct SQL: Sendable, Hashable {
    enum Piece: Sendable, Hashable {
        case text(String)
        case bind(String?)
    }

    private(set) var pieces: [Piece]
    private(set) var chosenSummary: String?

    /// Text that is used as it is. Never pass anything that came from outside.
    public init(unescaped text: String) {
        pieces = [.text(text)]
    }

    /// Names the statement in spans and metrics instead of the name derived from its text.
    public func summary(_ summary: String) -> SQL {
        var copy = self
        copy.chosenSummary = summary
        return copy
    }

    /// Joins two statements; binds are renumbered.
    public static func + (left: SQL, right: SQL) -> SQL {
        var sum = left
        sum += right
        return sum
    }

    /// Appends a statement; binds are renumbered.
    public static func += (left: inout SQL, right: SQL) {
        left.pieces += right.pieces
        left.chosenSummary = left.chosenSummary ?? right.chosenSummary
    }

    /// The form the server gets.
    var rendered: RenderedStatement {
        var text = ""
        var binds: [String?] = []
        for piece in pieces {
            switch piece {
            case .text(let part):
                text += part
            case .bind(let value):
                binds.append(value)
                text += "$\(binds.count)"
            }
        }
        return RenderedStatement(text: text, binds: binds)
    }
}

/// Text with `$n` and the values in text form.
struct RenderedStatement: Sendable, Equatable {
    var text: String
    var binds: [String?] = []
}

extension SQL: ExpressibleByStringInterpolation {
    /// A statement without values.
    public init(stringLiteral value: String) {
        pieces = [.text(value)]
    }

    /// A statement with values.
    public init(stringInterpolation: Interpolation) {
        pieces = stringInterpolation.pieces
    }

    /// Collects text and values in order.
    public struct Interpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Piece] = []

        /// Required by the compiler.
        public init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(interpolationCount * 2 + 1)
        }

        /// Required by the compiler.
        public mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { pieces.append(.text(literal)) }
        }

        /// A bound value.
        public mutating func appendInterpolation(_ value: some PostgresEncodable) {
            pieces.append(.bind(value.postgresText))
        }

        /// A bound value that may be absent: NULL then.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            pieces.append(.bind(value?.postgresText ?? nil))
        }

        /// A bound JSON document.
        public mutating func appendInterpolation(json: [UInt8]) {
            pieces.append(.bind(String(decoding: json, as: UTF8.self)))
        }

        /// Another statement, binds and all.
        public mutating func appendInterpolation(fragment: SQL) {
            pieces += fragment.pieces
        }

        /// Text as it is. Never anything that came from outside.
        public mutating func appendInterpolation(unescaped text: String) {
            pieces.append(.text(text))
        }

        /// The name of a table, column, channel …, quoted.
        public mutating func appendInterpolation(identifier: String) {
            pieces.append(.text(quoted(identifier: identifier)))
        }
    }
}

extension Collection<SQL> {
    /// One statement from many, such as conditions with `" AND "` between them.
    public func joined(separator: SQL) -> SQL {
        var sum = SQL(unescaped: "")
        for (position, element) in enumerated() {
            if position > 0 { sum += separator }
            sum += element
        }
        return sum
    }
}

/// An identifier between double quotes, inner ones doubled.
func quoted(identifier: String) -> String {
    "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
        + "\""
}
