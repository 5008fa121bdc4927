import FoundationEssentials
import HTTPTypes
import Hummingbird
import ServiceKit
import TodoDomain

/// `/api/v1/lists` and `/api/v1/tags`.
struct CollectionRoutes: Sendable {
    let operations: TaskOperations
    let bodyLimit: Int

    func add(to router: ServiceRouter) {
        addListReads(to: router)
        let writes = WriteExchange(bodyLimit: bodyLimit)
        writes.on(.post, "/api/v1/lists", of: router) { request, _, write in
            try await operations.createList(try await request.json(ListRequest.self, upTo: bodyLimit), write)
        }
        writes.on(.patch, "/api/v1/lists/{id}", of: router) { request, context, write in
            let id = try WriteExchange.id(context, of: "list")
            try writes.requireMergePatch(request)
            return try await operations.changeList(
                id, try await request.json(ListRequest.self, upTo: bodyLimit), write)
        }
        writes.on(.post, "/api/v1/lists/{id}/move", of: router) { request, context, write in
            let id = try WriteExchange.id(context, of: "list")
            return try await operations.moveList(
                id, try await request.json(ReorderRequest.self, upTo: bodyLimit), write)
        }
        writes.on(.delete, "/api/v1/lists/{id}", of: router) { request, context, write in
            let id = try WriteExchange.id(context, of: "list")
            return try await operations.deleteList(id, tasks: try Self.policy(request), write)
        }
        writes.on(.post, "/api/v1/tags/rename", of: router) { request, _, write in
            try await operations.retag(try await request.json(RetagRequest.self, upTo: bodyLimit), write)
        }
        router.on(.get, "/api/v1/tags", access: .signedIn(scope: "tasks:read")) { _, context in
            try .json(try await operations.tags(of: try context.requireCaller()))
        }
    }

    private func addListReads(to router: ServiceRouter) {
        router.on(.get, "/api/v1/lists", access: .signedIn(scope: "tasks:read")) { request, context in
            var query = try QueryParameters(request)
            let text = query.take("archived") ?? "false"
            try query.refuseRest()
            guard let archived = ["true": true, "false": false, "all": Bool?.none][text] else {
                throw Problem(.badRequest, "archived must be true, false or all")
            }
            return try .json(
                try await operations.lists(archived: archived, of: try context.requireCaller()))
        }
        router.on(.get, "/api/v1/lists/{id}", access: .signedIn(scope: "tasks:read")) { request, context in
            let condition = try IfNoneMatch(request.headers)
            let list = try await operations.list(
                try WriteExchange.id(context, of: "list"), of: try context.requireCaller())
            return try .versioned(list, tag: entityTag(version: list.version), condition: condition)
        }
    }

    /// `tasks` is keep, trash, or move with `to`.
    private static func policy(_ request: Request) throws -> ListTasksPolicy {
        var query = try QueryParameters(request)
        let (tasks, to) = (query.take("tasks") ?? "keep", query.take("to"))
        try query.refuseRest()
        switch (tasks, to.flatMap(UUID.init(uuidString:))) {
        case ("keep", nil) where to == nil: return .keep
        case ("trash", nil) where to == nil: return .trash
        case ("move", let target?): return .move(to: target)
        default:
            throw Problem(.badRequest, "tasks must be keep, trash, or move with to, the id of another list")
        }
    }
}
