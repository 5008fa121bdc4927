public import Hummingbird

// The trace store of one machine: what a collector and a trace database are in production. Log records come and
// go beside the traces, found by the trace they belong to.
//
// Exporters of all processes post OTLP here; `todo trace` and the tests ask for trees. Everything lives in
// memory, bounded by spans and by bytes, oldest traces leaving first: traces of a development machine are
// looked at within minutes, and a database would be one more thing that must run before anything can be
// seen.
//
// Spans of one trace come from several processes, in any order, a batch at a time. Nobody says when a trace
// is over, so it counts as settled once its beginning is known and nothing has come for a second.
//
// The receiver accepts what OTLP asks of it and refuses the rest with the code that exporters understand:
// they retry only 429, 502, 503 and 504, so every refusal here ends there and then. Neither side makes
// spans of its own: telemetry does not observe itself.
//
// Inside: Store/ (bounded memory and its indexes), Tree/ (the shape of `--json` and the drawing for
// terminals), Routes/ (HTTP).

/// The receiver and the queries around one store of traces and one of logs.
public struct Traces: Sendable {
    public let store: TraceStore
    public let logs: LogStore

    public init(limits: TraceStoreLimits = TraceStoreLimits(), logLimits: LogStore.Limits = LogStore.Limits())
    {
        self.init(store: TraceStore(limits: limits), logs: LogStore(limits: logLimits))
    }

    public init(store: TraceStore, logs: LogStore = LogStore()) {
        self.store = store
        self.logs = logs
    }

    /// A router with the OTLP receiver.
    public func otlpRouter() -> Router<BasicRequestContext> {
        let router = Router()
        OTLPRoutes(store: store, logs: logs).add(to: router)
        return router
    }

    /// A router with the queries.
    public func queryRouter() -> Router<BasicRequestContext> {
        let router = Router()
        TracesRoutes(store: store, logs: logs).add(to: router)
        return router
    }
}
