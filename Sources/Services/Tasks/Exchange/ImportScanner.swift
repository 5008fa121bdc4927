/// Finds the members of an import's document and the elements of its arrays, as the bytes come: only one element is in
/// memory at a time. What an element says is for a decoder; that it ends where it does is found out here.
struct ImportScanner {
    /// A piece of the document.
    enum Piece: Sendable {
        case member(name: String, line: Int, json: [UInt8])
        case section(name: String, line: Int)
        case element(section: String, index: Int, line: Int, json: [UInt8])
    }

    /// The document cannot be read on.
    struct Mistake: Error, Equatable {
        let line: Int
        let detail: String
    }

    private enum State: Equatable {
        case start, nameOrEnd, name, nameText, colon, value, captured, elementOrEnd, element, afterElement
        case afterMember, end
    }

    private let longest: Int
    private var state = State.start
    private var line = 1
    private var name: [UInt8] = []
    private var isEscaped = false
    private var section: String?
    private var index = 0
    // What is captured: the bytes so far, and where in them we are.
    private var bytes: [UInt8] = []
    private var firstLine = 1
    private var depth = 0
    private var isInText = false
    private var isScalar = false

    init(longest: Int) {
        self.longest = longest
    }

    /// Reads more bytes.
    mutating func feed(_ input: some Sequence<UInt8>, _ found: (Piece) throws -> Void) throws {
        for byte in input {
            if try !capture(byte, found) { try step(byte, found) }
            if byte == UInt8(ascii: "\n") { line += 1 }
        }
    }

    /// Checks that the document is complete.
    func finish() throws(Mistake) {
        guard state == .end else { throw mistake("the document is not complete") }
    }

    private func mistake(_ detail: String) -> Mistake { Mistake(line: line, detail: detail) }

    private mutating func step(_ byte: UInt8, _ found: (Piece) throws -> Void) throws {
        if state == .nameText { return try nameText(byte) }
        guard ![0x20, 0x09, 0x0A, 0x0D].contains(byte) else { return }
        switch (state, byte) {
        case (.start, UInt8(ascii: "{")): state = .nameOrEnd
        case (.nameOrEnd, UInt8(ascii: "}")), (.afterMember, UInt8(ascii: "}")): state = .end
        case (.nameOrEnd, UInt8(ascii: "\"")), (.name, UInt8(ascii: "\"")):
            (state, name) = (.nameText, [])
        case (.colon, UInt8(ascii: ":")): state = .value
        case (.value, UInt8(ascii: "[")):
            let name = String(decoding: name, as: UTF8.self)
            (section, index, state) = (name, 0, .elementOrEnd)
            try found(.section(name: name, line: line))
        case (.value, _): try begin(byte)
        case (.elementOrEnd, UInt8(ascii: "]")), (.afterElement, UInt8(ascii: "]")):
            (section, state) = (nil, .afterMember)
        case (.elementOrEnd, _), (.element, _): try begin(byte)
        case (.afterElement, UInt8(ascii: ",")): state = .element
        case (.afterMember, UInt8(ascii: ",")): state = .name
        default: throw mistake("is not JSON, or not an object of lists")
        }
    }

    private mutating func nameText(_ byte: UInt8) throws {
        guard byte != UInt8(ascii: "\\"), name.count < 64 else {
            throw mistake("has a member that is not known")
        }
        if byte == UInt8(ascii: "\"") { state = .colon } else { name.append(byte) }
    }

    private mutating func begin(_ byte: UInt8) throws {
        guard byte != UInt8(ascii: ","), byte != UInt8(ascii: "]"), byte != UInt8(ascii: "}"),
            byte != UInt8(ascii: ":")
        else { throw mistake("is not JSON") }
        (bytes, firstLine, isEscaped) = ([byte], line, false)
        let isNested = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
        depth = isNested ? 1 : 0
        isInText = byte == UInt8(ascii: "\"")
        isScalar = !isNested && !isInText
        state = .captured
    }

    /// Whether the byte belongs to what is being captured.
    private mutating func capture(_ byte: UInt8, _ found: (Piece) throws -> Void) throws -> Bool {
        guard state == .captured else { return false }
        if isScalar, [0x20, 0x09, 0x0A, 0x0D, 0x2C, 0x5D, 0x7D].contains(byte) {
            try complete(found)
            return false
        }
        guard bytes.count < longest else { throw mistake("is longer than \(longest) bytes") }
        bytes.append(byte)
        if isInText {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInText = false
                if depth == 0 { try complete(found) }
            }
            return true
        }
        switch byte {
        case UInt8(ascii: "\""): isInText = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            if depth == 0, !isScalar { try complete(found) }
        default: break
        }
        return true
    }

    private mutating func complete(_ found: (Piece) throws -> Void) throws {
        if let section {
            state = .afterElement
            try found(.element(section: section, index: index, line: firstLine, json: bytes))
            index += 1
        } else {
            state = .afterMember
            try found(.member(name: String(decoding: name, as: UTF8.self), line: firstLine, json: bytes))
        }
        bytes = []
    }
}
