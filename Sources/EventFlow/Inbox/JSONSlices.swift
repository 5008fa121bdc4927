/// Finds the values of a JSON object or array as slices of its text, byte for byte as they were sent.
///
/// It tells where values end and no more: whoever uses a slice checks it. A reader that decodes and encodes
/// again would change what the digest of an envelope is made from, and large numbers with it.
struct JSONSlices {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// The members of an object by name; nil when the text is none. Names with escapes are not unescaped.
    static func members(of object: ArraySlice<UInt8>) -> [String: ArraySlice<UInt8>]? {
        var reader = JSONSlices(object)
        var members: [String: ArraySlice<UInt8>] = [:]
        let isWhole = reader.list(from: "{", to: "}") { reader in
            guard let name = reader.value(), name.first == UInt8(ascii: "\""), reader.accept(":"),
                let value = reader.value()
            else { return false }
            members[String(decoding: name.dropFirst().dropLast(), as: UTF8.self)] = value
            return true
        }
        return isWhole ? members : nil
    }

    /// The elements of an array; nil when the text is none.
    static func elements(of array: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        var reader = JSONSlices(array)
        var elements: [ArraySlice<UInt8>] = []
        let isWhole = reader.list(from: "[", to: "]") { reader in
            guard let value = reader.value() else { return false }
            elements.append(value)
            return true
        }
        return isWhole ? elements : nil
    }

    private mutating func list(
        from opening: Unicode.Scalar, to closing: Unicode.Scalar,
        _ item: (inout JSONSlices) -> Bool
    ) -> Bool {
        guard accept(opening) else { return false }
        if !accept(closing) {
            repeat { guard item(&self) else { return false } } while accept(",")
            guard accept(closing) else { return false }
        }
        skipBlanks()
        return position == bytes.endIndex
    }

    /// The next value, however it is nested; strings are the one place where brackets mean nothing.
    private mutating func value() -> ArraySlice<UInt8>? {
        skipBlanks()
        let start = position
        var depth = 0
        while position < bytes.endIndex {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                guard skipString() else { return nil }
                if depth == 0 { return bytes[start..<position] }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { return scalar(from: start) }
                depth -= 1
                if depth == 0 {
                    position += 1
                    return bytes[start..<position]
                }
            case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
                if depth == 0 { return scalar(from: start) }
            default: break
            }
            position += 1
        }
        return depth == 0 ? scalar(from: start) : nil
    }

    private func scalar(from start: Int) -> ArraySlice<UInt8>? {
        position > start ? bytes[start..<position] : nil
    }

    private mutating func skipString() -> Bool {
        position += 1
        while position < bytes.endIndex {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return true
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        position = bytes.endIndex
        return false
    }

    private mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard position < bytes.endIndex, bytes[position] == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while position < bytes.endIndex, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }
}
