import Gzip
import HTTPTypes
public import Hummingbird
import NIOCore
import OTLP
import ServiceKit

/// The HTTP faces of a trace store, for routers of any context.
public struct TracesRoutes: Sendable {
    /// The limit that OTLP names for a request.
    public static let largestExport = 64 * 1024 * 1024

    private let store: TraceStore
    private let largestExport: Int

    public init(store: TraceStore, largestExport: Int = TracesRoutes.largestExport) {
        self.store = store
        self.largestExport = largestExport
    }

    /// `POST /v1/traces`.
    public func addOTLPRoutes(to router: some RouterMethods) {
        router.post("/v1/traces") { request, _ in try await receive(request) }
    }

    /// `GET /api/traces`, `/api/traces/last`, `/api/traces/{id}`.
    public func addQueryRoutes(to router: some RouterMethods) {
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

extension TracesRoutes {
    /// Codes of `google.rpc.Status` that a receiver answers with.
    private enum Code {
        static let invalidArgument: Int32 = 3
        static let resourceExhausted: Int32 = 8
    }

    private func receive(_ request: Request) async throws -> Response {
        guard mediaType(request.headers[.contentType]) == "application/x-protobuf" else {
            return refusal(.unsupportedMediaType, "only application/x-protobuf is understood here")
        }
        let encoding = request.headers[.contentEncoding]?.lowercased() ?? "identity"
        guard ["identity", "gzip"].contains(encoding) else {
            return refusal(.unsupportedMediaType, "gzip is the only content encoding understood here")
        }
        let bytes: [UInt8]
        do {
            let body = try await request.bytes(upTo: largestExport)
            bytes = encoding == "gzip" ? try Gzip.decompress(body, limit: largestExport) : body
        } catch let problem as Problem where problem.status == .contentTooLarge {
            return refusal(
                .contentTooLarge, "an export may have at most \(largestExport) bytes", Code.resourceExhausted)
        } catch let error as GzipError {
            guard error == .malformed else {
                return refusal(.contentTooLarge, error.description, Code.resourceExhausted)
            }
            return refusal(.badRequest, error.description)
        }
        do {
            return answer(store: try TraceCodec.decodeExport(bytes))
        } catch {
            return refusal(.badRequest, error.description)
        }
    }

    private func answer(store export: DecodedExport) -> Response {
        let withoutRoom = store.add(export.resourceSpans)
        let rejected = export.rejectedSpans + withoutRoom
        guard rejected > 0 else { return protobuf(.ok, TraceCodec.encodeResponse(nil)) }
        let reason = export.rejectionReason ?? "the trace has as many spans as one trace may have"
        let partial = PartialSuccess(rejectedSpans: Int64(rejected), errorMessage: reason)
        return protobuf(.ok, TraceCodec.encodeResponse(partial))
    }

    private func refusal(
        _ status: HTTPResponse.Status, _ message: String, _ code: Int32 = Code.invalidArgument
    ) -> Response {
        protobuf(status, TraceCodec.encodeStatus(code: code, message: message))
    }

    private func protobuf(_ status: HTTPResponse.Status, _ bytes: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: "application/x-protobuf"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func mediaType(_ header: String?) -> String {
        let type = header?.prefix { $0 != ";" } ?? ""
        return type.lowercased().replacing(" ", with: "")
    }
}
