extension PostgresDecodable where Self: FixedWidthInteger & SignedInteger {
    /// Decimal digits, with a sign or without.
    public init?(postgresText text: String) { self.init(text) }

    /// Decimal digits, with a sign or without, read where they lie.
    public init?(postgresBytes bytes: Span<UInt8>) {
        // Whatever is not plain is left to the standard library, limits of the type included.
        guard let number = bytes.withUnsafeBufferPointer({ plainNumber($0) }) else {
            self.init(String(bytes))
            return
        }
        self.init(exactly: number)
    }
}

extension Int: PostgresDecodable {}
extension Int16: PostgresDecodable {}
extension Int32: PostgresDecodable {}
extension Int64: PostgresDecodable {}

/// One to eighteen digits, perhaps after a minus: as many as fit without a look at the limits.
private func plainNumber(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    let isNegative = text.first == UInt8(ascii: "-")
    let digits = isNegative ? text.dropFirst() : text[...]
    guard (1...18).contains(digits.count) else { return nil }
    var number: Int64 = 0
    for digit in digits {
        let value = Int64(digit) - 0x30
        guard (0...9).contains(value) else { return nil }
        number = number * 10 + value
    }
    return isNegative ? -number : number
}
