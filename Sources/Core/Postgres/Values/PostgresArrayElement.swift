public import FoundationEssentials

/// A type whose Swift array is one PostgreSQL value: an array for most, `bytea` for `UInt8`.
public protocol PostgresArrayElement: Sendable {
    /// Text form of the whole array.
    static func postgresArrayText(_ elements: [Self]) -> String
    /// Reads the whole array; nil when the text is none, or holds NULL.
    static func elements(ofPostgresArray text: String) -> [Self]?
}

extension PostgresArrayElement where Self: PostgresEncodable & PostgresDecodable {
    /// `{"a","b"}`
    public static func postgresArrayText(_ elements: [Self]) -> String {
        arrayLiteral(of: elements.map(\.postgresText))
    }

    /// Every element must be readable.
    public static func elements(ofPostgresArray text: String) -> [Self]? {
        guard let cells = cells(ofArrayLiteral: text) else { return nil }
        var elements: [Self] = []
        elements.reserveCapacity(cells.count)
        for cell in cells {
            guard let element = Self.fromPostgres(cell) else { return nil }
            elements.append(element)
        }
        return elements
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
    public static func elements(ofPostgresArray text: String) -> [UInt8]? {
        let digits = text.utf8.dropFirst(2)
        guard text.hasPrefix("\\x"), digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            guard let value = hexadecimalValue(of: digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }
}

private func hexadecimalValue(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
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

/// Cells of a one-dimensional array literal; nil when malformed or nested.
func cells(ofArrayLiteral text: String) -> [String?]? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 2, bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}") else {
        return nil
    }
    if bytes.count == 2 { return [] }
    var cells: [String?] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var wasQuoted = false
    var isEscaped = false
    for byte in bytes[1..<(bytes.count - 1)] + [UInt8(ascii: ",")] {
        if isEscaped {
            cell.append(byte)
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isQuoted.toggle()
            wasQuoted = true
        } else if isQuoted {
            cell.append(byte)
        } else if byte == UInt8(ascii: ",") {
            let value = String(decoding: cell, as: UTF8.self)
            cells.append(!wasQuoted && value.uppercased() == "NULL" ? nil : value)
            cell.removeAll()
            wasQuoted = false
        } else if byte == UInt8(ascii: "{") {
            return nil
        } else {
            cell.append(byte)
        }
    }
    return isQuoted ? nil : cells
}
