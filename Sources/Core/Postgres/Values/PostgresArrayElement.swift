public import FoundationEssentials

/// A type whose Swift array is one PostgreSQL value: an array for most, `bytea` for `UInt8`.
public protocol PostgresArrayElement: Sendable {
    /// Text form of the whole array.
    static func postgresArrayText(_ elements: [Self]) -> String
    /// Reads the text of the whole array; nil when it is none, or holds NULL.
    static func elements(ofPostgresArray bytes: Span<UInt8>) -> [Self]?
}

extension PostgresArrayElement where Self: PostgresEncodable & PostgresDecodable {
    /// `{"a","b"}`
    public static func postgresArrayText(_ elements: [Self]) -> String {
        arrayLiteral(of: elements.map(\.postgresText))
    }

    /// Every element must be readable.
    @inlinable
    public static func elements(ofPostgresArray bytes: Span<UInt8>) -> [Self]? {
        var elements: [Self] = []
        let isArray = bytes.withUnsafeBufferPointer { literal in
            readCells(ofArrayLiteral: literal) { cell in
                guard let element = cell.isNull ? postgresNull : Self(postgresBytes: cell.bytes.span) else {
                    return false
                }
                elements.append(element)
                return true
            }
        }
        return isArray ? elements : nil
    }
}

extension String: PostgresArrayElement {}
extension UUID: PostgresArrayElement {}
extension Int: PostgresArrayElement {}
extension Int32: PostgresArrayElement {}
extension Int64: PostgresArrayElement {}
extension Double: PostgresArrayElement {}
extension Date: PostgresArrayElement {}

extension UInt8: PostgresArrayElement {
    /// `\x` and hexadecimal digits.
    public static func postgresArrayText(_ elements: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = Array("\\x".utf8)
        text.reserveCapacity(elements.count * 2 + 2)
        for byte in elements {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The session asks for hexadecimal output, so nothing else is read.
    public static func elements(ofPostgresArray digits: Span<UInt8>) -> [UInt8]? {
        guard digits.count >= 2, digits.count.isMultiple(of: 2), digits[0] == UInt8(ascii: "\\"),
            digits[1] == UInt8(ascii: "x")
        else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2 - 1)
        for place in stride(from: 2, to: digits.count, by: 2) {
            guard let high = hexadecimalValue(of: digits[place]),
                let low = hexadecimalValue(of: digits[place + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}

/// Every element quoted, so that no content needs a second look.
func arrayLiteral(of cells: [String?]) -> String {
    var text = "{"
    for (position, cell) in cells.enumerated() {
        if position > 0 { text += "," }
        guard let cell else {
            text += "NULL"
            continue
        }
        text += "\""
        for character in cell.unicodeScalars {
            if character == "\"" || character == "\\" { text += "\\" }
            text.unicodeScalars.append(character)
        }
        text += "\""
    }
    return text + "}"
}

/// A cell of an array literal, without quotes and escapes.
@usableFromInline
struct ArrayCell {
    @usableFromInline var bytes: [UInt8] = []
    fileprivate var wasQuoted = false

    /// NULL in either case, which stands for itself only without quotes.
    @usableFromInline var isNull: Bool {
        !wasQuoted && bytes.count == 4 && zip(bytes, "null".utf8).allSatisfy { $0 | 0x20 == $1 }
    }

    fileprivate mutating func empty() {
        bytes.removeAll(keepingCapacity: true)
        wasQuoted = false
    }
}

/// Hands over the cells of a one-dimensional array literal. False when it is malformed or nested, or when `take` does
/// not want a cell.
@usableFromInline
func readCells(ofArrayLiteral literal: UnsafeBufferPointer<UInt8>, _ take: (ArrayCell) -> Bool) -> Bool {
    guard literal.count >= 2, literal.first == UInt8(ascii: "{"), literal.last == UInt8(ascii: "}") else {
        return false
    }
    if literal.count == 2 { return true }
    var cell = ArrayCell()
    var (isQuoted, isEscaped) = (false, false)
    for byte in literal.dropFirst().dropLast() {
        if isEscaped {
            cell.bytes.append(byte)
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isQuoted.toggle()
            cell.wasQuoted = true
        } else if isQuoted {
            cell.bytes.append(byte)
        } else if byte == UInt8(ascii: ",") {
            guard take(cell) else { return false }
            cell.empty()
        } else if byte == UInt8(ascii: "{") {
            return false
        } else {
            cell.bytes.append(byte)
        }
    }
    return !isQuoted && !isEscaped && take(cell)
}
