public import FoundationEssentials

/// Bytes of JSON under construction: no blanks, slashes plain, instants in RFC 3339 with milliseconds.
public struct JSONOutput: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []
    /// Whether the next member or element follows another one.
    private var needsComma = false

    /// Begins with room for so many bytes.
    public init(capacity: Int = 512) {
        bytes.reserveCapacity(capacity)
    }

    /// Writes an object with the members that `body` appends.
    public mutating func object(_ body: (inout JSONOutput) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    /// Writes an array.
    public mutating func array(_ elements: some Sequence<some JSONWritable>) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            element.write(to: &self)
        }
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    // MARK: Members

    /// Begins a member; its value must follow. Names need no escaping.
    public mutating func name(_ name: StaticString) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = true
    }

    /// Begins a member whose name comes from elsewhere; its value must follow.
    public mutating func foreignName(_ name: String) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        append(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = true
    }

    /// A member that is left out when there is no text.
    public mutating func member(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        self.name(name)
        append(text)
    }

    /// A member that is a whole number.
    public mutating func member(_ name: StaticString, _ number: Int64) {
        self.name(name)
        append(number)
    }

    /// A member that is an instant, left out when there is none.
    public mutating func member(_ name: StaticString, _ date: Date?) {
        guard let date else { return }
        self.name(name)
        append(date)
    }

    /// A member that is an identifier, in lower case.
    public mutating func member(_ name: StaticString, _ identifier: UUID) {
        self.name(name)
        append(identifier)
    }

    /// A member that is an array.
    public mutating func member(_ name: StaticString, _ elements: [some JSONWritable]) {
        self.name(name)
        array(elements)
    }

    // MARK: Values

    /// `null`.
    public mutating func appendNull() {
        bytes.append(contentsOf: "null".utf8)
    }

    /// A string, escaped as RFC 8259 §7 asks and no further.
    public mutating func append(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { appendEscaped($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A whole number.
    public mutating func append(_ number: Int64) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes.appendDecimal(number.magnitude)
    }

    /// A whole number that may be beyond what is signed.
    public mutating func appendUnsigned(_ number: UInt64) {
        bytes.appendDecimal(number)
    }

    /// What is JSON already, such as `true` or the text of a finite number.
    public mutating func appendJSON(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// An instant.
    public mutating func append(_ date: Date) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: Timestamp.text(of: date).utf8)
        bytes.append(UInt8(ascii: "\""))
    }

    /// An identifier.
    public mutating func append(_ identifier: UUID) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: identifier.lowercased.utf8)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whole runs of what stays as it is, between what does not.
    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in text.indices {
            let byte = text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
            appendEscape(byte)
            start = index + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }

    private mutating func appendEscape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(hexadecimalDigit(byte >> 4))
            bytes.append(hexadecimalDigit(byte & 15))
        }
    }
}

/// `0` to `f`.
func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
}

extension [UInt8] {
    fileprivate mutating func appendDecimal(_ number: UInt64) {
        let start = endIndex
        var rest = number
        repeat {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }
}
