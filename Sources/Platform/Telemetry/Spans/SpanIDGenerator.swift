import OTLP
import Synchronization

/// Where new trace and span ids come from.
public struct SpanIDGenerator: Sendable {
    private let sequence: SplitMix?
    private let given: @Sendable () -> UInt64
    private let salt: UInt64
    /// Whether the ids may be called random, which W3C lets a trace say of itself.
    let isRandom: Bool

    /// Ids from a fast generator that the system's randomness seeds once per process.
    public init() {
        sequence = SplitMix(seed: UInt64.random(in: 0...UInt64.max))
        given = { 0 }
        // Two processes that come upon the same place of the sequence still make different traces.
        salt = UInt64.random(in: 0...UInt64.max)
        isRandom = true
    }

    /// - Parameter next: 64 bits; a test passes its own sequence.
    public init(next: @escaping @Sendable () -> UInt64) {
        sequence = nil
        given = next
        salt = 0
        isRandom = false
    }

    private func next() -> UInt64 {
        sequence?.next() ?? given()
    }

    func traceID() -> TraceID {
        TraceID(high: next() ^ salt, low: nonZero())
    }

    func spanID() -> SpanID {
        SpanID(nonZero())
    }

    /// A generator that yields zero would otherwise make ids nobody accepts.
    private func nonZero() -> UInt64 {
        max(next(), 1)
    }
}

/// SplitMix64: every step is one atomic addition, so no span waits for another's id, and no system call.
private final class SplitMix: Sendable {
    private let state: Atomic<UInt64>

    init(seed: UInt64) {
        state = Atomic(seed)
    }

    func next() -> UInt64 {
        var mixed = state.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
