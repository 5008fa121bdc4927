public import Hummingbird

// The trace store of one machine: what a collector and a trace database are in production, with a page to look into
// them. Log records come and go beside the traces, found by the trace they belong to.
//
// Exporters of all processes post OTLP here; `todo trace`, the inspector's page, Grafana and the tests ask. In memory
// there is an index, bounded: for each span a row of what lists and searches need, for each trace the hashes of what it
// can be found by. The spans themselves are bytes of OTLP, a tenth of the memory of the values they stand for, and are
// read when somebody opens the trace.
//
// Spans of one trace come from several processes, in any order, a batch at a time. Nobody says when a trace
// is over, so it counts as settled once its beginning is known and nothing has come for a second.
//
// The receiver accepts what OTLP asks of it and refuses the rest with the code that exporters understand:
// they retry only 429, 502, 503 and 504, so every refusal here ends there and then. Neither side makes
// spans of its own: telemetry does not observe itself.
//
// Inside: Store/ (what is kept), Index/ (what is known of it), Search/, Tree/ (the shape of `--json` and the drawing for
// terminals), Routes/ (the receiver, our own queries, the page), Jaeger/ and Tempo/ (the queries of other tools), Web/
// (the page).

/// The receiver and the queries around one store of traces and one of logs.
public struct Traces: Sendable {
    public let store: TraceStore
    public let logs: LogStore
    /// Tells of traces as they come to rest, once it runs.
    public let tail: LiveTail

    public init(limits: TraceStoreLimits = TraceStoreLimits(), logLimits: LogStore.Limits = LogStore.Limits())
    {
        self.init(store: TraceStore(limits: limits), logs: LogStore(limits: logLimits))
    }

    public init(store: TraceStore, logs: LogStore = LogStore()) {
        self.store = store
        self.logs = logs
        tail = LiveTail(store: store)
    }

    /// A router with the OTLP receiver.
    public func otlpRouter() -> Router<BasicRequestContext> {
        let router = Router()
        OTLPRoutes(store: store, logs: logs).add(to: router)
        return router
    }

    /// A router with the queries, and with the page where there is one.
    public func queryRouter(page: InspectorPage? = nil) -> Router<BasicRequestContext> {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.add(middleware: DataHeaders())
        InspectorRoutes(store: store, logs: logs).add(to: router)
        AnalysisRoutes(store: store).add(to: router)
        tail.add(to: router)
        JaegerRoutes(store: store).add(to: router)
        TempoRoutes(store: store).add(to: router)
        page?.add(to: router)
        return router
    }
}
