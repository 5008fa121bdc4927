import Metrics
import Synchronization
import Tracing

/// Spans and durations of statements. One per client.
///
/// A span is made only under another one: polls in the background would otherwise fill the trace store with
/// roots of one statement. Durations are always recorded. Both caches are bounded; text beyond them is
/// counted as `other`.
final class StatementTelemetry: Sendable {
    private struct TimerKey: Hashable {
        let summary: String
        let errorType: String?
    }

    private let database: String
    private let host: String
    private let port: Int
    private let summaries = Mutex<[String: StatementSummary]>([:])
    private let timers = Mutex<[TimerKey: Metrics.Timer]>([:])

    init(_ configuration: PostgresConfiguration) {
        database = configuration.database
        host = configuration.host
        port = configuration.port
    }

    /// Begins to watch a statement, in the span of whoever asked for it.
    ///
    /// - Parameter isScript: Scripts take no binds, so their text may hold literals (a password in CREATE
    ///   ROLE): it is neither shown nor kept.
    func begin(
        _ text: String, chosenSummary: String? = nil, isScript: Bool = false,
        under context: ServiceContext? = .current
    ) -> StatementObservation {
        let summary =
            chosenSummary.map(StatementSummary.init(chosen:))
            ?? (isScript ? StatementSummary(of: text) : self.summary(of: text))
        let span = context.map { startSpan(summary.text, context: $0, ofKind: .client) }
        if let span { describe(span, summary, isScript ? nil : text) }
        return StatementObservation(summary, span: span, of: self)
    }

    /// Runs a statement and watches it meanwhile; `operation` is told the context of its span, if it has one.
    func observe(
        _ text: String, chosenSummary: String? = nil, isScript: Bool = false,
        _ operation: (ServiceContext?) async -> Result<QueryResult?, PostgresError>
    ) async -> Result<QueryResult?, PostgresError> {
        let observation = begin(text, chosenSummary: chosenSummary, isScript: isScript)
        let result = await operation(observation.span?.context)
        switch result {
        case .success: observation.end(nil)
        case .failure(let error): observation.end(error)
        }
        return result
    }

    private func describe(_ span: any Span, _ summary: StatementSummary, _ text: String?) {
        guard span.isRecording else { return }
        span.updateAttributes { attributes in
            attributes["db.system.name"] = "postgresql"
            attributes["db.namespace"] = database
            attributes["db.query.summary"] = summary.text
            if let text { attributes["db.query.text"] = text }
            attributes["db.operation.name"] = summary.operation
            if let collection = summary.collection { attributes["db.collection.name"] = collection }
            attributes["server.address"] = host
            attributes["server.port"] = port
        }
    }

    func summary(of text: String) -> StatementSummary {
        summaries.withLock { summaries in
            if let known = summaries[text] { return known }
            let summary = StatementSummary(of: text)
            if summaries.count >= 1000 { summaries.removeAll() }
            summaries[text] = summary
            return summary
        }
    }

    func timer(_ summary: String, _ errorType: String?) -> Metrics.Timer {
        timers.withLock { timers in
            var key = TimerKey(summary: summary, errorType: errorType)
            if timers[key] == nil, timers.count >= 500 {
                key = TimerKey(summary: "other", errorType: errorType)
            }
            if let known = timers[key] { return known }
            var dimensions = [
                ("db.system.name", "postgresql"), ("db.namespace", database),
                ("db.query.summary", key.summary),
            ]
            if let errorType { dimensions.append(("error.type", errorType)) }
            let timer = Timer(
                label: "db.client.operation.duration", dimensions: dimensions, preferredDisplayUnit: .seconds)
            timers[key] = timer
            return timer
        }
    }
}
