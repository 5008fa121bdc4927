import FoundationEssentials
import HTTPTypes
import Hummingbird
import ServiceKit
import TodoDomain

/// `/api/v1/tasks`.
struct TaskRoutes: Sendable {
    let operations: TaskOperations
    let bodyLimit: Int

    private var writes: WriteExchange { WriteExchange(bodyLimit: bodyLimit) }

    func add(to router: ServiceRouter) {
        addReads(to: router)
        addWrites(to: router)
        addActs(to: router)
        addSnooze(to: router)
    }

    private func addWrites(to router: ServiceRouter) {
        writes.on(.post, "/api/v1/tasks", of: router) { request, _, write in
            try await operations.create(try await request.json(NewTask.self, upTo: bodyLimit), write)
        }
        writes.on(.post, "/api/v1/tasks/bulk", of: router) { request, _, write in
            try await operations.bulk(try await request.json(BulkRequest.self, upTo: bodyLimit), write)
        }
        writes.on(.patch, "/api/v1/tasks/{id}", of: router) { request, context, write in
            let id = try id(context)
            try writes.requireMergePatch(request)
            let scope = try Self.scope(request)
            let patch = try await request.json(TaskPatch.self, upTo: bodyLimit)
            return try await operations.perform(.patch(patch), on: id, scope: scope, write)
        }
        writes.on(.post, "/api/v1/tasks/{id}/move", of: router) { request, context, write in
            let id = try id(context)
            let place = try await request.json(MoveRequest.self, upTo: bodyLimit)
            return try await operations.move(id, to: place, write)
        }
    }

    private func addSnooze(to router: ServiceRouter) {
        writes.on(.post, "/api/v1/tasks/{id}/snooze", of: router) { request, context, write in
            let id = try id(context)
            let snooze = try await request.json(Snooze.self, upTo: bodyLimit)
            return try await operations.snooze(id, snooze, write)
        }
    }

    private func addActs(to router: ServiceRouter) {
        writes.on(.post, "/api/v1/tasks/{id}/complete", of: router) { request, context, write in
            let id = try id(context)
            let children = try Self.children(request)
            return try await operations.perform(.complete, on: id, children: children, write)
        }
        let acts: [(HTTPRequest.Method, String, TaskAct)] = [
            (.post, "/api/v1/tasks/{id}/reopen", .reopen),
            (.post, "/api/v1/tasks/{id}/restore", .restore),
        ]
        writes.on(.delete, "/api/v1/tasks/{id}", of: router) { request, context, write in
            let id = try id(context)
            return try await operations.perform(.delete, on: id, scope: try Self.scope(request), write)
        }
        for (method, path, act) in acts {
            writes.on(method, path, of: router) { _, context, write in
                try await operations.perform(act, on: try id(context), write)
            }
        }
    }

    private func addReads(to router: ServiceRouter) {
        router.on(.get, "/api/v1/tasks/{id}", access: .signedIn(scope: "tasks:read")) { request, context in
            let condition = try IfNoneMatch(request.headers)
            let task = try await operations.task(try id(context), of: try context.requireCaller())
            return try .versioned(task, tag: entityTag(of: task), condition: condition)
        }
        router.on(.get, "/api/v1/tasks/{id}/history", access: .signedIn(scope: "tasks:read")) {
            request, context in
            var query = try QueryParameters(request)
            let limit = try query.takeLimit()
            let cursor = try query.takeCursor(HistoryCursor.init(text:))
            try query.refuseRest()
            return try .json(
                try await operations.history(
                    of: try id(context), before: cursor?.number, limit: limit,
                    for: try context.requireCaller()), headers: [.cacheControl: "no-store"])
        }
    }

    private static func children(_ request: Request) throws -> ChildrenPolicy {
        var query = try QueryParameters(request)
        let text = query.take("children")
        try query.refuseRest()
        guard let text else { return .complete }
        guard let policy = ChildrenPolicy(rawValue: text) else {
            throw Problem(.badRequest, "children must be complete, leave or refuse")
        }
        return policy
    }

    /// How far a change of an instance of a series reaches; nil where the request does not say.
    private static func scope(_ request: Request) throws -> EditScope? {
        var query = try QueryParameters(request)
        let text = query.take("scope")
        try query.refuseRest()
        guard let text else { return nil }
        guard let scope = EditScope(rawValue: text) else {
            throw Problem(.badRequest, "scope must be this, following or all")
        }
        return scope
    }

    private func id(_ context: ServiceRequestContext) throws -> UUID {
        let id = try WriteExchange.id(context, of: "task")
        WriteExchange.mark(context, id)
        return id
    }
}
