/// Sixteen bytes that name a trace; all-zero is invalid (W3C Trace Context §3.2.2.3).
public struct TraceID: Sendable, Hashable {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Sixteen bytes, big-endian; nil for another length.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.init(high: bigEndian(bytes.prefix(8)), low: bigEndian(bytes.dropFirst(8)))
    }

    /// Thirty-two hexadecimal digits of either case; nil for anything else.
    public init?(hex: some StringProtocol) {
        let digits = hex.utf8
        guard digits.count == 32, let high = hexadecimal(digits.prefix(16)),
            let low = hexadecimal(digits.dropFirst(16))
        else { return nil }
        self.init(high: high, low: low)
    }

    public var isValid: Bool { high != 0 || low != 0 }
    public var bytes: [UInt8] { bigEndianBytes(high) + bigEndianBytes(low) }
    /// Thirty-two lower-case hexadecimal digits.
    public var hex: String { hexDigits(high) + hexDigits(low) }
}

/// Eight bytes that name a span; all-zero is invalid (W3C Trace Context §3.2.2.4).
public struct SpanID: Sendable, Hashable {
    public let value: UInt64

    public init(_ value: UInt64) {
        self.value = value
    }

    /// Eight bytes, big-endian; nil for another length.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 8 else { return nil }
        value = bigEndian(bytes)
    }

    /// Sixteen hexadecimal digits of either case; nil for anything else.
    public init?(hex: some StringProtocol) {
        guard hex.utf8.count == 16, let value = hexadecimal(hex.utf8) else { return nil }
        self.value = value
    }

    public var isValid: Bool { value != 0 }
    public var bytes: [UInt8] { bigEndianBytes(value) }
    /// Sixteen lower-case hexadecimal digits.
    public var hex: String { hexDigits(value) }
}

extension TraceID: CustomStringConvertible {
    public var description: String { hex }
}

extension SpanID: CustomStringConvertible {
    public var description: String { hex }
}

private func bigEndian(_ bytes: some Collection<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
}

private func bigEndianBytes(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }
}

private func hexadecimal(_ digits: some Collection<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for digit in digits {
        switch digit {
        case 0x30...0x39: value = value << 4 | UInt64(digit - 0x30)
        case 0x61...0x66: value = value << 4 | UInt64(digit - 0x57)
        case 0x41...0x46: value = value << 4 | UInt64(digit - 0x37)
        default: return nil
        }
    }
    return value
}

private func hexDigits(_ value: UInt64) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 16) { buffer in
        for index in 0..<16 {
            buffer[index] = digits[Int(value >> UInt64(60 - 4 * index) & 0xF)]
        }
        return 16
    }
}
