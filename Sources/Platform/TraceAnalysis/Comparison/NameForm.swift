import OTLP

extension TracedSpan {
    /// The name with `{id}` in the place of UUIDs: a sidecar names its spans by whole paths, and two requests to one
    /// route are the same work.
    var nameForm: String {
        let bytes = Array(span.name.utf8)
        guard bytes.count >= Self.uuidLength, bytes.contains(Self.hyphen) else { return span.name }
        var form: [UInt8] = []
        var place = 0
        while place < bytes.count {
            if Self.isUUID(bytes[place...]) {
                form += Array("{id}".utf8)
                place += Self.uuidLength
            } else {
                form.append(bytes[place])
                place += 1
            }
        }
        return form.count == bytes.count ? span.name : String(decoding: form, as: UTF8.self)
    }

    private static let uuidLength = 36
    private static let hyphen = UInt8(ascii: "-")

    /// Whether the bytes begin with one: 8-4-4-4-12 hexadecimal digits.
    private static func isUUID(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count >= uuidLength else { return false }
        return bytes.prefix(uuidLength).enumerated().allSatisfy { index, byte in
            switch index {
            case 8, 13, 18, 23: byte == hyphen
            default: Character(UnicodeScalar(byte)).isHexDigit
            }
        }
    }
}
