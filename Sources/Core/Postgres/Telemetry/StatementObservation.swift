import Metrics
import Tracing

/// A statement on its way: its span, when there is a parent for it, and its stopwatch.
struct StatementObservation: Sendable {
    let summary: StatementSummary
    let span: (any Span)?
    private let telemetry: StatementTelemetry
    private let start = ContinuousClock.now

    init(_ summary: StatementSummary, span: (any Span)?, of telemetry: StatementTelemetry) {
        self.summary = summary
        self.span = span
        self.telemetry = telemetry
    }

    /// The answer is there. To be called once.
    func end(_ failure: PostgresError?) {
        if let span, let failure { Self.mark(span, failure) }
        telemetry.timer(summary.text, failure?.reasonCode).recordNanoseconds((.now - start).nanoseconds)
        span?.end()
    }

    private static func mark(_ span: any Span, _ error: PostgresError) {
        if let sqlState = error.sqlState { span.attributes["db.response.status_code"] = sqlState }
        span.attributes["error.type"] = error.reasonCode
        span.setStatus(SpanStatus(code: .error, message: error.description))
    }
}
