import HTTPTypes
public import Hummingbird
import OTLP
import ServiceKit

/// What the page of the inspector and `todo trace` ask, below `/inspector`, for routers of any context.
public struct InspectorRoutes: Sendable {
    /// The most items of a list of traces.
    static let largestPage = 200

    let store: TraceStore
    let logs: LogStore

    public init(store: TraceStore, logs: LogStore = LogStore()) {
        self.store = store
        self.logs = logs
    }

    /// Declares all of them.
    public func add(to router: some RouterMethods) {
        router.get("/inspector/services") { request, _ in try services(request) }
        router.get("/inspector/store") { request, _ in
            try QueryParameters(request).refuseRest()
            return try JSONText.answer(store.figures(), to: request)
        }
        router.get("/inspector/traces") { request, _ in try await list(request) }
        router.get("/inspector/traces/last") { request, _ in
            let settling = try Settling(request)
            guard let tree = await store.lastPublicRequest(evenUnsettled: settling == .awaited) else {
                throw Problem.notFound("there is no settled trace of a public request yet")
            }
            return try answer(tree, settling, to: request)
        }
        router.get("/inspector/traces/{id}") { request, context in
            let settling = try Settling(request)
            guard let tree = await store.trace(try id(context)) else { throw Self.missing }
            return try answer(tree, settling, to: request)
        }
        router.get("/inspector/traces/{id}/logs") { request, context in
            try QueryParameters(request).refuseRest()
            return try JSONText.answer(LogList(items: logs.logs(of: try id(context))), to: request)
        }
        router.get("/inspector/logs") { request, _ in
            var query = try QueryParameters(request)
            let limit = try query.takeLimit(default: 100, upTo: 1000)
            let service = query.take("service")
            try query.refuseRest()
            return try JSONText.answer(
                LogList(items: logs.newest(limit: limit, service: service)), to: request)
        }
    }

    static let missing = Problem.notFound(
        "there is no such trace here: it never came, or has left to make room for newer ones")

    func id(_ context: some RequestContext) throws -> TraceID {
        guard let id = context.parameters.get("id").flatMap({ TraceID(hex: $0) }) else { throw Self.missing }
        return id
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

extension InspectorRoutes {
    private struct LogList: Encodable {
        let items: [TraceLog]
    }

    private struct ServiceList: Encodable {
        struct Service: Encodable {
            let name: String
            let operations: [Operation]
        }

        struct Operation: Encodable {
            let name: String
            let kind: String
        }

        let items: [Service]
    }

    private func answer(_ tree: TraceTree, _ settling: Settling, to request: Request) throws -> Response {
        if settling == .awaited, let id = TraceID(hex: tree.traceId), !store.isSettled(id) {
            throw Problem(
                .tooEarly, "the trace still grows: ask again in a moment", headers: [.retryAfter: "1"])
        }
        return try JSONText.answer(tree, to: request)
    }

    private func list(_ request: Request) async throws -> Response {
        var parameters = try QueryParameters(request, repeatable: ["tag"])
        let limit = try parameters.takeLimit(default: 20, upTo: Self.largestPage)
        let query = try TraceQuery(&parameters)
        try parameters.refuseRest()
        let found = await store.find(query, limit: limit + 1)
        return try JSONText.answer(Page(rows: found, limit: limit, cursor: \.cursor), to: request)
    }

    private func services(_ request: Request) throws -> Response {
        try QueryParameters(request).refuseRest()
        let services = Dictionary(grouping: store.operations(), by: \.service).map { name, operations in
            ServiceList.Service(
                name: name,
                operations: operations.map { ServiceList.Operation(name: $0.name, kind: $0.kind.word) }
                    .sorted { ($0.name, $0.kind) < ($1.name, $1.kind) })
        }
        return try JSONText.answer(ServiceList(items: services.sorted { $0.name < $1.name }), to: request)
    }
}
