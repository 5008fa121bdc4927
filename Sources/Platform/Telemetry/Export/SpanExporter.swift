/// What became of one batch; every span of it is in exactly one of the two counts.
public struct ExportOutcome: Sendable, Hashable {
    /// Spans the receiver took.
    public var exported: Int
    /// Spans that are lost.
    public var failed: Int
    /// Why they are lost: a status code or a short word, the same few for ever.
    public var errorType: String?

    /// An outcome of known counts.
    public init(exported: Int, failed: Int = 0, errorType: String? = nil) {
        self.exported = exported
        self.failed = failed
        self.errorType = errorType
    }
}

/// Delivers spans to somewhere. Never called twice at a time; must return soon after its task is cancelled.
public protocol SpanExporter: Sendable {
    /// Delivers the spans or gives them up; retrying is the exporter's business.
    func export(_ spans: [FinishedSpan]) async -> ExportOutcome
}
