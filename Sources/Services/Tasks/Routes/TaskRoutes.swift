import EventFlow
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import TodoDomain
import Tracing

/// `/api/v1/tasks`.
struct TaskRoutes: Sendable {
    let operations: TaskOperations
    let bodyLimit: Int

    func add(to router: ServiceRouter) {
        addReads(to: router)
        router.on(.post, "/api/v1/tasks", access: .signedIn(scope: "tasks:write")) { request, context in
            var request = request
            let write = try await writeRequest(&request, context)
            let new = try await request.json(NewTask.self, upTo: bodyLimit)
            return answer(try await operations.create(new, write), context)
        }
        router.on(.patch, "/api/v1/tasks/{id}", access: .signedIn(scope: "tasks:write")) { request, context in
            var request = request
            let id = try id(context)
            try requireMergePatch(request)
            let write = try await writeRequest(&request, context)
            let patch = try await request.json(TaskPatch.self, upTo: bodyLimit)
            return answer(try await operations.perform(.patch(patch), on: id, write), context)
        }
        let acts: [(HTTPRequest.Method, String, TaskAct)] = [
            (.post, "/api/v1/tasks/{id}/complete", .complete), (.post, "/api/v1/tasks/{id}/reopen", .reopen),
            (.delete, "/api/v1/tasks/{id}", .delete), (.post, "/api/v1/tasks/{id}/restore", .restore),
        ]
        for (method, path, act) in acts {
            router.on(method, path, access: .signedIn(scope: "tasks:write")) { request, context in
                var request = request
                let id = try id(context)
                let write = try await writeRequest(&request, context)
                return answer(try await operations.perform(act, on: id, write), context)
            }
        }
    }

    private func addReads(to router: ServiceRouter) {
        router.on(.get, "/api/v1/tasks/{id}", access: .signedIn(scope: "tasks:read")) { request, context in
            let condition = try IfNoneMatch(request.headers)
            let task = try await operations.task(try id(context), of: try context.requireCaller())
            // It may be kept, but only by its owner's own cache, and must be asked for again each time.
            let headers: HTTPFields = [
                .eTag: entityTag(version: task.version), .cacheControl: "private, no-cache",
            ]
            if condition?.names(version: task.version) == true {
                return Response(status: .notModified, headers: headers)
            }
            return try .json(task, headers: headers)
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
        write.repetition = try RepeatableRequest(
            headers: request.headers, method: request.method.rawValue, path: request.uri.path, body: body)
        return write
    }

    /// Another kind of patch (RFC 6902, say) means something else by the same bytes.
    private func requireMergePatch(_ request: Request) throws {
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased() ?? ""
        let known = ["application/merge-patch+json", "application/json"]
        guard known.contains(type.replacing(" ", with: "")) else {
            throw Problem(
                .unsupportedMediaType, "a patch must be \(known.joined(separator: " or "))",
                headers: [.acceptPatch: known.joined(separator: ", ")])
        }
    }

    private func answer(_ answer: TaskAnswer, _ context: ServiceRequestContext) -> Response {
        mark(context, answer.taskID)
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

    /// An id that is no UUID cannot name a task: the answer is the same as for one that is not there.
    private func id(_ context: ServiceRequestContext) throws -> UUID {
        guard let text = context.parameters.get("id"), let id = UUID(uuidString: text) else {
            throw Problem.notFound("there is no such task")
        }
        mark(context, id)
        return id
    }

    /// Lets the trace be found by its task.
    private func mark(_ context: ServiceRequestContext, _ id: UUID) {
        context.span?.attributes["todo.task.id"] = id.lowercased
    }
}

extension HTTPField.Name {
    /// Says that the write took place earlier, and that this is its answer again.
    fileprivate static let idempotencyReplayed = HTTPField.Name("Idempotency-Replayed") ?? .age
    /// The media types of patches (RFC 5789 §3.1).
    fileprivate static let acceptPatch = HTTPField.Name("Accept-Patch") ?? .accept
}
