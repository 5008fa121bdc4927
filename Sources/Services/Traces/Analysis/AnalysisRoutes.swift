import HTTPTypes
import Hummingbird
import OTLP
import ServiceKit
import TraceAnalysis

/// What is computed of traces when somebody looks: `/inspector/traces/{id}/analysis` and `/inspector/compare`.
struct AnalysisRoutes: Sendable {
    let store: TraceStore

    func add(to router: some RouterMethods) {
        router.get("/inspector/traces/{id}/analysis") { request, context in
            try QueryParameters(request).refuseRest()
            guard let id = context.parameters.get("id").flatMap({ TraceID(hex: $0) }),
                let groups = await store.spans(of: id)
            else { throw InspectorRoutes.missing }
            let spans = groups.storedSpans
            let links = await store.links(of: id, spans)
            return try JSONText.answer(
                AnalysedTrace(id: id, Self.forest(of: spans), links: links), to: request)
        }
        router.get("/inspector/compare") { request, _ in try await compare(request) }
    }

    private func compare(_ request: Request) async throws -> Response {
        var query = try QueryParameters(request)
        let ids = try ["left", "right"].map { name in
            guard let id = query.take(name).flatMap({ TraceID(hex: $0) }) else {
                throw Problem(.badRequest, "\(name) must be a trace id of 32 hexadecimal digits")
            }
            return id
        }
        try query.refuseRest()
        guard let left = store.summary(of: ids[0]), let right = store.summary(of: ids[1]),
            let leftSpans = await store.spans(of: ids[0]), let rightSpans = await store.spans(of: ids[1])
        else { throw InspectorRoutes.missing }
        let comparison = TraceComparison(
            Self.forest(of: leftSpans.storedSpans), Self.forest(of: rightSpans.storedSpans))
        return try JSONText.answer(
            ComparedTraces(left: left, right: right, rows: comparison.rows.map(ComparedTraces.Row.init)),
            to: request)
    }

    /// Whoever sends a public request may keep the span around it.
    private static func forest(of spans: [StoredSpan]) -> TraceForest {
        let outside = spans.filter { $0.traits.contains(.publicRequest) }.compactMap(\.span.parentSpanID)
        return TraceForest(
            spans.map { TracedSpan($0.span, service: $0.service, scope: $0.scope) }, outside: Set(outside))
    }
}
