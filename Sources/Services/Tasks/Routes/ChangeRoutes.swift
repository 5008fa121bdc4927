import FoundationEssentials
import HTTPTypes
import Hummingbird
import ServiceKit
import TodoDomain

/// `/api/v1/changes`, `/api/v1/undo` and `/api/v1/trash`: what was done, and how it is taken back or made final.
struct ChangeRoutes: Sendable {
    let operations: TaskOperations
    let bodyLimit: Int

    func add(to router: ServiceRouter) {
        let writes = WriteExchange(bodyLimit: bodyLimit)
        writes.on(.post, "/api/v1/undo", of: router) { request, _, write in
            try await operations.undo(try await request.json(UndoRequest.self, upTo: bodyLimit), write)
        }
        writes.on(.delete, "/api/v1/trash", of: router) { _, _, write in
            try await operations.emptyTrash(write)
        }
        writes.on(.delete, "/api/v1/trash/{id}", of: router) { _, context, write in
            let id = try WriteExchange.id(context, of: "task in the trash")
            WriteExchange.mark(context, id)
            return try await operations.purge(id, write)
        }
        router.on(.get, "/api/v1/trash/{id}", access: .signedIn(scope: "tasks:read")) { request, context in
            let condition = try IfNoneMatch(request.headers)
            let id = try WriteExchange.id(context, of: "task in the trash")
            WriteExchange.mark(context, id)
            let task = try await operations.trashedTask(id, of: try context.requireCaller())
            return try .versioned(task, tag: entityTag(of: task), condition: condition)
        }
        router.on(.get, "/api/v1/changes", access: .signedIn(scope: "tasks:read")) { request, context in
            var query = try QueryParameters(request)
            let asked = query.take("since")
            let limit = try query.takeLimit(default: QueryParameters.largestPage)
            try query.refuseRest()
            let caller = try context.requireCaller()
            let page =
                if asked == "latest" { try await operations.latestChange(for: caller) } else {
                    try await operations.changes(since: try Self.since(asked), limit: limit, for: caller)
                }
            return try .json(page, headers: [.cacheControl: "no-store"])
        }
    }

    private static func since(_ text: String?) throws -> Int64 {
        guard let text else { return 0 }
        guard let number = Int64(text), number >= 0 else {
            throw Problem(.badRequest, "since must be a whole number from 0, or latest")
        }
        return number
    }
}
