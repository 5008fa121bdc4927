import OTLP

/// Where new trace and span ids come from.
public struct SpanIDGenerator: Sendable {
    private let next: @Sendable () -> UInt64

    /// - Parameter next: 64 random bits; a test passes its own sequence.
    public init(next: @escaping @Sendable () -> UInt64 = { UInt64.random(in: 1...UInt64.max) }) {
        self.next = next
    }

    func traceID() -> TraceID {
        TraceID(high: next(), low: nonZero())
    }

    func spanID() -> SpanID {
        SpanID(nonZero())
    }

    /// A generator that yields zero would otherwise make ids nobody accepts.
    private func nonZero() -> UInt64 {
        max(next(), 1)
    }
}
