import HTTPTypes
public import Hummingbird
import OTLP
import ServiceKit

/// The queries of a trace store and a log store, for routers of any context.
public struct TracesRoutes: Sendable {
    private let store: TraceStore
    private let logs: LogStore

    public init(store: TraceStore, logs: LogStore = LogStore()) {
        self.store = store
        self.logs = logs
    }

    /// `GET /api/traces`, `/api/traces/last`, `/api/traces/{id}`, `/api/traces/{id}/logs`, `/api/logs`.
    public func add(to router: some RouterMethods) {
        router.get("/api/traces") { request, _ in try list(request) }
        router.get("/api/traces/last") { request, _ in
            let settles = try Settling(request)
            guard let tree = store.lastPublicRequest(evenUnsettled: settles == .awaited) else {
                throw Problem.notFound("there is no settled trace of a public request yet")
            }
            return try answer(tree, settles)
        }
        router.get("/api/traces/{id}") { request, context in
            guard let id = context.parameters.get("id").flatMap({ TraceID(hex: $0) }),
                let tree = store.trace(id)
            else { throw Problem.notFound("there is no such trace here") }
            return try answer(tree, try Settling(request))
        }
        router.get("/api/traces/{id}/logs") { request, context in
            try QueryParameters(request).refuseRest()
            guard let id = context.parameters.get("id").flatMap({ TraceID(hex: $0) }) else {
                throw Problem.notFound("there is no such trace here")
            }
            return try Response.json(LogList(items: logs.logs(of: id)))
        }
        router.get("/api/logs") { request, _ in
            var query = try QueryParameters(request)
            let limit = try query.takeLimit(default: 100)
            let service = query.take("service")
            try query.refuseRest()
            return try Response.json(LogList(items: logs.newest(limit: limit, service: service)))
        }
    }
}

/// Whether whoever asks would rather wait than see a tree that still grows: `?settled=true`.
private enum Settling {
    case awaited, indifferent

    init(_ request: Request) throws {
        var query = try QueryParameters(request)
        switch query.take("settled") {
        case "true": self = .awaited
        case nil, "false": self = .indifferent
        default: throw Problem(.badRequest, "settled must be true or false")
        }
        try query.refuseRest()
    }
}

extension TracesRoutes {
    private struct List: Encodable {
        let items: [TraceSummary]
    }

    private struct LogList: Encodable {
        let items: [TraceLog]
    }

    private func answer(_ tree: TraceTree, _ settling: Settling) throws -> Response {
        if settling == .awaited, let id = TraceID(hex: tree.traceId), !store.isSettled(id) {
            throw Problem(
                .tooEarly, "the trace still grows: ask again in a moment", headers: [.retryAfter: "1"])
        }
        return try Response.json(tree)
    }

    private func list(_ request: Request) throws -> Response {
        var query = try QueryParameters(request)
        let limit = try query.takeLimit(default: 20)
        let service = query.take("service")
        let task = query.take("task")
        try query.refuseRest()
        guard let task else {
            return try Response.json(List(items: store.newest(limit: limit, service: service)))
        }
        let found = store.traces(ofTask: task).filter { service.map($0.services.contains) ?? true }
        return try Response.json(List(items: Array(found.prefix(limit))))
    }
}
