public import FoundationEssentials
import Postgres

/// Makes identifiers that sort by time: UUID version 7 (RFC 9562 §5.7).
public struct EventIdentifier: Sendable {
    private let now: @Sendable () -> Date
    private let random: @Sendable () -> UInt64

    /// A source of identifiers; tests give their own clock and randomness.
    public init(
        now: @escaping @Sendable () -> Date = { Date() },
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
    ) {
        self.now = now
        self.random = random
    }

    /// The next identifier: 48 bits of milliseconds, 74 bits of randomness.
    public func next() -> UUID {
        let milliseconds = UInt64(max(0, now().timeIntervalSince1970 * 1000))
        let high = milliseconds << 16 | 0x7000 | (random() & 0x0FFF)
        let low = 0x8000_0000_0000_0000 | (random() >> 2)
        func byte(_ word: UInt64, _ index: Int) -> UInt8 {
            UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * index))
        }
        return UUID(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3), byte(high, 4), byte(high, 5),
                byte(high, 6), byte(high, 7), byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
                byte(low, 4),
                byte(low, 5), byte(low, 6), byte(low, 7)
            ))
    }
}

extension UUID {
    /// The lower-case form that the wire uses: that of the database.
    public var lowercased: String { postgresText ?? uuidString.lowercased() }
}
