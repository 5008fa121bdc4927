import EventFlow
import FoundationEssentials
import HTTPTypes
import Hummingbird
import ServiceKit
import TodoDomain
import Tracing

/// `/api/v1/tasks`.
struct TaskRoutes: Sendable {
    let operations: TaskOperations
    let bodyLimit: Int

    func add(to router: ServiceRouter) {
        router.on(.post, "/api/v1/tasks", access: .signedIn(scope: "tasks:write")) { request, context in
            let caller = try context.requireCaller()
            let task = try await operations.create(
                try await request.json(NewTask.self, upTo: bodyLimit), by: caller)
            mark(context, task.id)
            return try answer(
                task, status: .created, headers: [.location: "/api/v1/tasks/\(task.id.lowercased)"])
        }
        router.on(.get, "/api/v1/tasks", access: .signedIn(scope: "tasks:read")) { request, context in
            try .json(try await operations.page(try PageRequest(request), of: try context.requireCaller()))
        }
        router.on(.get, "/api/v1/tasks/{id}", access: .signedIn(scope: "tasks:read")) { _, context in
            try answer(try await operations.task(try id(context), of: try context.requireCaller()))
        }
        router.on(.post, "/api/v1/tasks/{id}/complete", access: .signedIn(scope: "tasks:write")) {
            _, context in
            try answer(try await operations.complete(try id(context), by: try context.requireCaller()))
        }
    }

    private func answer(
        _ task: TodoTask, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) throws -> Response {
        var headers = headers
        headers[.eTag] = entityTag(version: task.version)
        headers[.cacheControl] = "no-store"
        return try .json(task, status: status, headers: headers)
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
