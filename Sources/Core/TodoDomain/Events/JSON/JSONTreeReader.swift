/// How much of a text is read before it counts as hostile.
public struct JSONTreeLimits: Sendable {
    /// Of the whole text: what Dapr takes in one event.
    public var bytes = 4 * 1024 * 1024
    /// Objects and lists inside one another: ours need 4.
    public var depth = 32
    /// Values of any kind, because a small one costs much more as a value than as text.
    public var values = 100_000

    /// The limits of events.
    public init() {}
}

/// Why a text was not read.
public enum JSONTreeError: Error, Sendable, Hashable {
    case notJSON, tooLarge, tooDeep
    /// Readers would disagree about which of the two counts.
    case repeatedMember
}

extension JSONTree {
    /// Reads one JSON value (RFC 8259) and nothing else.
    public init(_ bytes: [UInt8], limits: JSONTreeLimits = JSONTreeLimits()) throws(JSONTreeError) {
        var reader = JSONTreeReader(bytes: bytes, limits: limits)
        self = try reader.wholeText()
    }
}

struct JSONTreeReader {
    let bytes: [UInt8]
    let limits: JSONTreeLimits
    private var position = 0
    private var values = 0

    init(bytes: [UInt8], limits: JSONTreeLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func wholeText() throws(JSONTreeError) -> JSONTree {
        guard bytes.count <= limits.bytes else { throw .tooLarge }
        let tree = try value(depth: 0)
        skipBlanks()
        guard position == bytes.count else { throw .notJSON }
        return tree
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func value(depth: Int) throws(JSONTreeError) -> JSONTree {
        values += 1
        guard values <= limits.values else { throw .tooLarge }
        guard depth <= limits.depth else { throw .tooDeep }
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONTreeError) -> JSONTree {
        position += 1
        skipBlanks()
        var members: [JSONTree.Member] = []
        if accept("}") { return .object(members) }
        var names: Set<String> = []
        repeat {
            skipBlanks()
            let name = try string()
            guard names.insert(name).inserted else { throw .repeatedMember }
            skipBlanks()
            guard accept(":") else { throw .notJSON }
            members.append(JSONTree.Member(name, try value(depth: depth + 1)))
            skipBlanks()
        } while accept(",")
        guard accept("}") else { throw .notJSON }
        return .object(members)
    }

    private mutating func list(depth: Int) throws(JSONTreeError) -> JSONTree {
        position += 1
        skipBlanks()
        var items: [JSONTree] = []
        if accept("]") { return .list(items) }
        repeat {
            items.append(try value(depth: depth + 1))
            skipBlanks()
        } while accept(",")
        guard accept("]") else { throw .notJSON }
        return .list(items)
    }

    private mutating func number() throws(JSONTreeError) -> JSONTree {
        let start = position
        _ = accept("-")
        if !accept("0") { try digits() }
        if accept(".") { try digits() }
        if accept("e") || accept("E") {
            if !accept("+") { _ = accept("-") }
            try digits()
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() throws(JSONTreeError) {
        let start = position
        while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw .notJSON }
    }

    private mutating func word(_ word: StaticString, _ tree: JSONTree) throws(JSONTreeError) -> JSONTree {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[position..<end].elementsEqual(word.description.utf8) else {
            throw .notJSON
        }
        position = end
        return tree
    }

    private mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }
}

extension JSONTreeReader {
    private mutating func string() throws(JSONTreeError) -> String {
        guard accept("\"") else { throw .notJSON }
        let start = position
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
            position += 1
        }
        // Nearly every string has no escape in it, and then it is its own text.
        var text = Array(bytes[start..<position])
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: text, as: UTF8.self) else { throw .notJSON }
                return text
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw .notJSON
            default: text.append(byte)
            }
        }
        throw .notJSON
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONTreeError) {
        guard let byte = peek else { throw .notJSON }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += Array(String(Character(try scalar())).utf8)
        default: throw .notJSON
        }
    }

    /// Half a surrogate pair is no text that anybody could read, so it is no JSON of ours.
    private mutating func scalar() throws(JSONTreeError) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), accept("\\"), accept("u") else { throw .notJSON }
        let second = try codeUnit()
        guard UTF16.isTrailSurrogate(second) else { throw .notJSON }
        let value = 0x10000 + (UInt32(first) - 0xD800) * 0x400 + UInt32(second) - 0xDC00
        guard let scalar = Unicode.Scalar(value) else { throw .notJSON }
        return scalar
    }

    private mutating func codeUnit() throws(JSONTreeError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80
            else { throw .notJSON }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }
}
