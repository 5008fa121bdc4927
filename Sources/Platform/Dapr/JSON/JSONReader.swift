/// Walks over JSON text and checks its grammar, without building anything from it.
struct JSONReader {
    private let bytes: [UInt8]
    private(set) var position = 0
    /// Deeper nesting is refused, so that hostile text cannot exhaust the stack.
    private static let maximumDepth = 200

    private struct Malformed: Error {}

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// True if the bytes are one JSON value and nothing else.
    static func isValid(_ bytes: [UInt8]) -> Bool {
        members(of: bytes, wantsObject: false) != nil
    }

    /// The members of a JSON object as ranges of its text, or nil if the text is not a valid object.
    static func members(of bytes: [UInt8]) -> [(name: Range<Int>, value: Range<Int>)]? {
        members(of: bytes, wantsObject: true)
    }

    /// The elements of a JSON array as ranges of its text, or nil if the text is not a valid array.
    static func elements(of bytes: [UInt8]) -> [Range<Int>]? {
        guard isValid(bytes) else { return nil }
        var reader = JSONReader(bytes)
        var elements: [Range<Int>] = []
        reader.skipBlanks()
        guard reader.accept("[") else { return nil }
        do {
            reader.skipBlanks()
            while reader.peek != UInt8(ascii: "]") {
                reader.skipBlanks()
                let start = reader.position
                try reader.value(depth: 1)
                elements.append(start..<reader.position)
                reader.skipBlanks()
                guard reader.accept(",") else { break }
            }
        } catch {
            return nil
        }
        return elements
    }

    private static func members(of bytes: [UInt8], wantsObject: Bool) -> [(
        name: Range<Int>, value: Range<Int>
    )]? {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var reader = JSONReader(bytes)
        var members: [(name: Range<Int>, value: Range<Int>)] = []
        reader.skipBlanks()
        if wantsObject, reader.peek != UInt8(ascii: "{") { return nil }
        do {
            try reader.value(depth: 0) { members.append(($0, $1)) }
        } catch {
            return nil
        }
        reader.skipBlanks()
        return reader.position == bytes.count ? members : nil
    }

    private var peek: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func value(
        depth: Int, member: (Range<Int>, Range<Int>) -> Void = { _, _ in }
    ) throws(Malformed) {
        guard depth < Self.maximumDepth else { throw Malformed() }
        switch peek {
        case UInt8(ascii: "{"): try object(depth: depth, member: member)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
    }

    private mutating func object(
        depth: Int, member: (Range<Int>, Range<Int>) -> Void
    ) throws(Malformed) {
        position += 1
        skipBlanks()
        if accept("}") { return }
        repeat {
            skipBlanks()
            let nameStart = position
            try string()
            let name = nameStart..<position
            skipBlanks()
            guard accept(":") else { throw Malformed() }
            skipBlanks()
            let valueStart = position
            try value(depth: depth + 1)
            member(name, valueStart..<position)
            skipBlanks()
        } while accept(",")
        guard accept("}") else { throw Malformed() }
    }

    private mutating func array(depth: Int) throws(Malformed) {
        position += 1
        skipBlanks()
        if accept("]") { return }
        repeat {
            skipBlanks()
            try value(depth: depth + 1)
            skipBlanks()
        } while accept(",")
        guard accept("]") else { throw Malformed() }
    }

    private mutating func string() throws(Malformed) {
        guard accept("\"") else { throw Malformed() }
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw Malformed()
            default: continue
            }
        }
        throw Malformed()
    }

    private mutating func escape() throws(Malformed) {
        guard let byte = peek else { throw Malformed() }
        position += 1
        if byte == UInt8(ascii: "u") {
            for _ in 0..<4 {
                guard let digit = peek, Character(Unicode.Scalar(digit)).isHexDigit else { throw Malformed() }
                position += 1
            }
        } else if !#""\/bfnrt"#.utf8.contains(byte) {
            throw Malformed()
        }
    }

    private mutating func number() throws(Malformed) {
        _ = accept("-")
        if !accept("0") { try digits() }
        if accept(".") { try digits() }
        if accept("e") || accept("E") {
            if !accept("+") { _ = accept("-") }
            try digits()
        }
    }

    private mutating func digits() throws(Malformed) {
        let start = position
        while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw Malformed() }
    }

    private mutating func word(_ word: StaticString) throws(Malformed) {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[position..<end].elementsEqual(word.description.utf8) else {
            throw Malformed()
        }
        position = end
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
