/// How much a trace store keeps, and when it calls a trace finished.
public struct TraceStoreLimits: Sendable {
    /// Spans that can be found; the oldest traces go first.
    public var spans: Int
    /// Memory of spans that are not read from the disk.
    public var bytes: Int
    /// Memory of the index.
    public var indexBytes: Int
    /// Spans kept of one trace; a trace that never ends must not push out all others.
    public var spansPerTrace: Int
    /// JSON of an answer that holds several whole traces; it ends with the one that reaches this.
    public var answerBytes: Int
    /// How long a trace must have been quiet to count as settled.
    public var settleDelay: Duration

    public init(
        spans: Int = 1_000_000, bytes: Int = 64 * 1024 * 1024, indexBytes: Int = 128 * 1024 * 1024,
        spansPerTrace: Int = 20_000, answerBytes: Int = 32 * 1024 * 1024, settleDelay: Duration = .seconds(1)
    ) {
        self.spans = spans
        self.bytes = bytes
        self.indexBytes = indexBytes
        self.spansPerTrace = spansPerTrace
        self.answerBytes = answerBytes
        self.settleDelay = settleDelay
    }
}
