import EventFlow
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import TodoDomain
import Tracing

/// How every write comes in and is answered.
struct WriteExchange: Sendable {
    let bodyLimit: Int

    /// A write without a body.
    typealias Work = @Sendable (Request, ServiceRequestContext, WriteRequest) async throws -> TaskAnswer

    /// Declares a route that writes.
    func on(
        _ method: HTTPRequest.Method, _ path: String, of router: ServiceRouter, _ work: @escaping Work
    ) {
        router.on(method, path, access: .signedIn(scope: "tasks:write")) { request, context in
            var request = request
            let write = try await writeRequest(&request, context)
            return answer(try await work(request, context, write), context)
        }
    }

    /// Reads what comes with every write. With a key, the body is read whole for its fingerprint, and put back.
    private func writeRequest(
        _ request: inout Request, _ context: ServiceRequestContext
    ) async throws -> WriteRequest {
        var write = WriteRequest(
            caller: try context.requireCaller(), condition: try IfMatch(request.headers))
        guard request.headers[.idempotencyKey] != nil else { return write }
        let body = try await request.bytes(upTo: bodyLimit)
        request.body = RequestBody(buffer: ByteBuffer(bytes: body))
        // What the query asks for belongs to the request as much as its body.
        let asked = request.uri.query.map { Array("?\($0)\n".utf8) } ?? []
        write.repetition = try RepeatableRequest(
            headers: request.headers, method: request.method.rawValue, path: request.uri.path,
            body: asked + body)
        return write
    }

    /// Another kind of patch (RFC 6902, say) means something else by the same bytes.
    func requireMergePatch(_ request: Request) throws {
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased() ?? ""
        let known = ["application/merge-patch+json", "application/json"]
        guard known.contains(type.replacing(" ", with: "")) else {
            throw Problem(
                .unsupportedMediaType, "a patch must be \(known.joined(separator: " or "))",
                headers: [.acceptPatch: known.joined(separator: ", ")])
        }
    }

    private func answer(_ answer: TaskAnswer, _ context: ServiceRequestContext) -> Response {
        if let id = answer.taskID { Self.mark(context, id) }
        var headers = HTTPFields()
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        if answer.isReplay {
            context.span?.attributes["todo.idempotency.replayed"] = true
            headers[.idempotencyReplayed] = "true"
        }
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: answer.body.isEmpty
                ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// The id in the path. One that is no UUID cannot name anything: the answer is the same as for one that is not there.
    static func id(_ context: ServiceRequestContext, of thing: String) throws -> UUID {
        guard let text = context.parameters.get("id"), let id = UUID(uuidString: text) else {
            throw Problem.notFound("there is no such \(thing)")
        }
        return id
    }

    /// Lets the trace be found by its task.
    static func mark(_ context: ServiceRequestContext, _ id: UUID) {
        context.span?.attributes["todo.task.id"] = id.lowercased
    }
}

extension HTTPField.Name {
    /// Says that the write took place earlier, and that this is its answer again.
    fileprivate static let idempotencyReplayed = HTTPField.Name("Idempotency-Replayed") ?? .age
    /// The media types of patches (RFC 5789 §3.1).
    fileprivate static let acceptPatch = HTTPField.Name("Accept-Patch") ?? .accept
}

extension Response {
    /// Something with a version, for its owner's own cache, which must ask again each time.
    static func versioned(
        _ value: some Encodable, tag: String, condition: IfNoneMatch?
    ) throws -> Response {
        let headers: HTTPFields = [.eTag: tag, .cacheControl: "private, no-cache"]
        if condition?.names(tag) == true { return Response(status: .notModified, headers: headers) }
        return try .json(value, headers: headers)
    }
}
