/// How much a trace store keeps, and when it calls a trace finished.
public struct TraceStoreLimits: Sendable {
    /// Spans kept in all; the oldest traces go first.
    public var spans: Int
    /// Estimated memory of those spans.
    public var bytes: Int
    /// Spans kept of one trace; a trace that never ends must not push out all others.
    public var spansPerTrace: Int
    /// How long a trace must have been quiet to count as settled.
    public var settleDelay: Duration

    public init(
        spans: Int = 200_000, bytes: Int = 256 * 1024 * 1024, spansPerTrace: Int = 20_000,
        settleDelay: Duration = .seconds(1)
    ) {
        self.spans = spans
        self.bytes = bytes
        self.spansPerTrace = spansPerTrace
        self.settleDelay = settleDelay
    }
}
