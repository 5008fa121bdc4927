public import FoundationEssentials

extension UUID: PostgresDecodable {
    /// 36 characters.
    public init?(postgresText text: String) { self.init(uuidString: text) }

    /// 36 characters, read where they lie.
    public init?(postgresBytes bytes: Span<UInt8>) {
        guard bytes.count == 36 else { return nil }
        var value: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        let isRead = withUnsafeMutableBytes(of: &value) { octets -> Bool in
            var place = 0
            for index in octets.indices {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    guard bytes[place] == UInt8(ascii: "-") else { return false }
                    place += 1
                }
                guard let high = hexadecimalValue(of: bytes[place]),
                    let low = hexadecimalValue(of: bytes[place + 1])
                else { return false }
                octets[index] = high << 4 | low
                place += 2
            }
            return true
        }
        guard isRead else { return nil }
        self.init(uuid: value)
    }
}

extension UUID: PostgresEncodable {
    /// Lower-case with hyphens.
    public var postgresText: String? {
        withUnsafeBytes(of: uuid) { octets in
            String(unsafeUninitializedCapacity: 36) { text in
                var place = 0
                for (index, octet) in octets.enumerated() {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        text[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    text[place] = hexadecimalDigit(octet >> 4)
                    text[place + 1] = hexadecimalDigit(octet & 15)
                    place += 2
                }
                return place
            }
        }
    }
}

/// 0 to 15 for a hexadecimal digit in either case.
func hexadecimalValue(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}

/// `0` to `f`.
func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
}
