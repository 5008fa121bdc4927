import HTTPTypes
public import Hummingbird
import OTLP
import ServiceKit

/// The HTTP API of Jaeger's query service, as far as its clients use it: Grafana's data source above all.
public struct JaegerRoutes: Sendable {
    private let store: TraceStore
    /// Nanoseconds since 1970.
    private let clock: @Sendable () -> UInt64

    public init(store: TraceStore, clock: @escaping @Sendable () -> UInt64 = { WallClock.nanoseconds }) {
        self.store = store
        self.clock = clock
    }

    /// Declares all of them.
    public func add(to router: some RouterMethods) {
        router.get("/api/services") { request, _ in
            let names = Set(store.operations().map(\.service)).sorted()
            return try JSONText.answer(JaegerAnswer(names), to: request)
        }
        router.get("/api/services/{service}/operations") { request, context in
            let service = context.part("service") ?? ""
            let names = Set(store.operations().filter { $0.service == service }.map(\.name)).sorted()
            return try JSONText.answer(JaegerAnswer(names), to: request)
        }
        router.get("/api/operations") { request, _ in try told(request) { try operations(request) } }
        router.get("/api/dependencies") { request, _ in try told(request) { try dependencies(request) } }
        router.get("/api/traces") { request, _ in
            do {
                return try await search(request)
            } catch let problem as Problem {
                return try mistake(problem, request)
            }
        }
        router.get("/api/traces/{id}") { request, context in
            // Tempo has its trace by id at the same path, and its clients ask for bytes.
            if request.wantsProtobuf {
                return try await TempoRoutes(store: store).trace(request, context, .v1)
            }
            guard let id = context.parameters.get("id").flatMap({ TraceID(jaeger: $0) }) else {
                return try mistake(Problem(.badRequest, "cannot parse traceID"), request)
            }
            guard let spans = await store.spans(of: id) else {
                return try mistake(Problem.notFound("trace not found"), request)
            }
            return try JSONText.answer(JaegerAnswer([JaegerTrace(id: id, spans)]), to: request)
        }
    }
}

extension JaegerRoutes {
    private struct Named: Encodable, Sendable {
        let name: String
        let spanKind: String
    }

    private struct Call: Encodable, Sendable {
        let parent: String
        let child: String
        let callCount: Int
    }

    private func search(_ request: Request) async throws -> Response {
        var parameters = try QueryParameters(request, repeatable: JaegerQuery.repeatable)
        let asked = try JaegerQuery(&parameters, now: clock())
        guard asked.ids.isEmpty else { return try await traces(asked.ids, request) }
        var list = JaegerTraceList(room: store.limits.answerBytes)
        try await store.search(asked.query, limit: asked.limit) { found, spans in
            try list.add(JaegerTrace(id: found.age.id, spans))
            return list.hasRoom
        }
        return JSONText.answer(try list.answer(), to: request)
    }

    private func traces(_ ids: [TraceID], _ request: Request) async throws -> Response {
        var list = JaegerTraceList(room: store.limits.answerBytes)
        for id in ids {
            if !list.hasRoom {
                list.miss(id, code: 413, "no room left in this answer")
            } else if let spans = await store.spans(of: id) {
                try list.add(JaegerTrace(id: id, spans))
            } else {
                list.miss(id, code: 404, "trace not found")
            }
        }
        return JSONText.answer(try list.answer(), to: request)
    }

    private func operations(_ request: Request) throws -> Response {
        var parameters = try QueryParameters(request)
        let kind = parameters.take("spanKind").flatMap { $0.isEmpty ? nil : $0 }
        guard let service = parameters.take("service"), !service.isEmpty else {
            throw Problem(.badRequest, "parameter 'service' is required")
        }
        let found = store.operations().filter {
            $0.service == service && kind ?? $0.kind.word == $0.kind.word
        }
        .map { Named(name: $0.name, spanKind: $0.kind.word) }
        .sorted { ($0.name, $0.spanKind) < ($1.name, $1.spanKind) }
        return try JSONText.answer(JaegerAnswer(found), to: request)
    }

    /// `endTs` and `lookback` in milliseconds.
    private func dependencies(_ request: Request) throws -> Response {
        var parameters = try QueryParameters(request)
        func milliseconds(_ name: String) throws -> UInt64? {
            guard let text = parameters.take(name), !text.isEmpty else { return nil }
            guard let number = UInt64(text), number < 10_000_000_000_000 else {
                throw Problem(.badRequest, "unable to parse param '\(name)': milliseconds are wanted")
            }
            return number * 1_000_000
        }
        let end = try milliseconds("endTs") ?? clock()
        let lookback = try milliseconds("lookback") ?? 86_400_000_000_000
        let calls = store.dependencies(in: (end > lookback ? end - lookback : 0)...end)
            .map { Call(parent: $0.pair.parent, child: $0.pair.child, callCount: $0.callCount) }
        return try JSONText.answer(JaegerAnswer(calls), to: request)
    }

    /// Problems in Jaeger's frame.
    private func told(_ request: Request, _ body: () throws -> Response) throws -> Response {
        do {
            return try body()
        } catch let problem as Problem {
            return try mistake(problem, request)
        }
    }

    private func mistake(_ problem: Problem, _ request: Request) throws -> Response {
        let told = JaegerAnswer<String>(
            .init(code: problem.status.code, msg: problem.detail ?? problem.status.reasonPhrase))
        return try JSONText.answer(told, to: request, status: problem.status)
    }
}
