/// Sixteen bytes that name a trace; all-zero is invalid (W3C Trace Context §3.2.2.3).
public struct TraceID: Sendable, Hashable {
    /// The first eight bytes, big-endian: the left half of `hex`.
    public let high: UInt64
    /// The last eight bytes, big-endian: the right half of `hex`.
    public let low: UInt64

    /// Takes any two halves, also the all-zero id, which `isValid` tells apart.
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

    /// False for the all-zero id only, which receivers must treat as no id at all.
    public var isValid: Bool { high != 0 || low != 0 }
    /// Sixteen bytes, big-endian, as OTLP sends them.
    public var bytes: [UInt8] { bigEndianBytes(high) + bigEndianBytes(low) }
    /// Thirty-two lower-case hexadecimal digits.
    public var hex: String { hexDigits(high) + hexDigits(low) }
}

/// Eight bytes that name a span; all-zero is invalid (W3C Trace Context §3.2.2.4).
public struct SpanID: Sendable, Hashable {
    /// The eight bytes read as one big-endian number.
    public let value: UInt64

    /// Takes any number, also zero, which `isValid` tells apart.
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

    /// False for the all-zero id only, which receivers must treat as no id at all.
    public var isValid: Bool { value != 0 }
    /// Eight bytes, big-endian, as OTLP sends them.
    public var bytes: [UInt8] { bigEndianBytes(value) }
    /// Sixteen lower-case hexadecimal digits.
    public var hex: String { hexDigits(value) }
}

extension TraceID: CustomStringConvertible {
    /// The form of `traceparent` and of log lines: the same as `hex`.
    public var description: String { hex }
}

extension SpanID: CustomStringConvertible {
    /// The form of `traceparent` and of log lines: the same as `hex`.
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
