import FoundationEssentials

/// A JSON object whose values stay text until somebody asks for one.
struct JSONMembers {
    private let bytes: [UInt8]
    private var values: [String: Range<Int>] = [:]

    /// Nil if the text is not one valid JSON object.
    init?(of bytes: [UInt8]) {
        guard let members = JSONReader.members(of: bytes) else { return nil }
        self.bytes = bytes
        for (name, value) in members {
            guard let name = JSONText.decode(bytes[name]) else { return nil }
            values[name] = value
        }
    }

    /// The text of a value; nil if it is absent or null.
    func raw(_ name: String) -> ArraySlice<UInt8>? {
        guard let range = values[name], !bytes[range].elementsEqual("null".utf8) else { return nil }
        return bytes[range]
    }
}

/// JSON strings, read and written.
enum JSONText {
    /// Nil if the text is not a JSON string.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.first == UInt8(ascii: "\"") else { return nil }
        // Nearly every string has no escape in it, and then it is its own text.
        guard bytes.contains(UInt8(ascii: "\\")) else {
            return String(validating: bytes.dropFirst().dropLast(), as: UTF8.self)
        }
        return try? JSONDecoder().decode(String.self, from: Data(bytes))
    }

    static func encode(_ text: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                bytes += Array((byte < 16 ? "\\u000" : "\\u00").utf8)
                bytes += Array(String(byte, radix: 16).utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

/// Writes a JSON object member by member, in the order given.
struct JSONObjectText {
    private var bytes = [UInt8(ascii: "{")]

    mutating func add(_ name: String, text: String?) {
        guard let text else { return }
        begin(name)
        JSONText.encode(text, into: &bytes)
    }

    mutating func add(_ name: String, json: [UInt8]) {
        begin(name)
        bytes += json
    }

    func finished() -> [UInt8] {
        bytes + [UInt8(ascii: "}")]
    }

    private mutating func begin(_ name: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        JSONText.encode(name, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }
}

/// Writes a JSON array of values that are JSON already.
enum JSONArrayText {
    static func of<Element>(_ elements: [Element], _ text: (Element) -> [UInt8]) -> [UInt8] {
        var bytes = [UInt8(ascii: "[")]
        for (position, element) in elements.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += text(element)
        }
        return bytes + [UInt8(ascii: "]")]
    }
}
