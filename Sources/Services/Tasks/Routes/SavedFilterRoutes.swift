import EventFlow
import FoundationEssentials
import HTTPTypes
import Hummingbird
import ServiceKit
import TodoDomain

/// `/api/v1/filters`.
struct SavedFilterRoutes: Sendable {
    let filters: SavedFilterOperations
    let listing: TaskListing
    let bodyLimit: Int

    func add(to router: ServiceRouter) {
        let read = RouteAccess.signedIn(scope: "tasks:read")
        addWrites(to: router)
        router.on(.get, "/api/v1/filters", access: read) { request, context in
            try QueryParameters(request).refuseRest()
            let all = try await filters.all(of: try context.requireCaller())
            return try .json(Page(rows: all, limit: SavedFilterOperations.most) { $0.name })
        }
        router.on(.get, "/api/v1/filters/{id}", access: read) { request, context in
            let condition = try IfNoneMatch(request.headers)
            let filter = try await filters.find(try id(context), of: try context.requireCaller())
            return try .versioned(filter, tag: entityTag(version: filter.version), condition: condition)
        }
        router.on(.get, "/api/v1/filters/{id}/tasks", access: read) { request, context in
            let caller = try context.requireCaller()
            var list = try TaskListRequest(request)
            guard list.filter == nil else {
                throw Problem(.badRequest, "the query parameter filter is not known here")
            }
            let saved = try await filters.find(try id(context), of: caller)
            list.filter = saved.filter
            if list.order == .newest, let sort = saved.sort { list.order = try TaskOrder(sort) }
            return try await listing.page(list, of: caller).response(to: request)
        }
    }

    private func addWrites(to router: ServiceRouter) {
        let writes = WriteExchange(bodyLimit: bodyLimit)
        writes.on(.post, "/api/v1/filters", of: router) { request, _, write in
            try await filters.create(
                try await request.json(SavedFilterBody.self, upTo: bodyLimit), write)
        }
        writes.on(.patch, "/api/v1/filters/{id}", of: router) { request, context, write in
            try writes.requireMergePatch(request)
            let id = try id(context)
            return try await filters.change(
                id, try await request.json(SavedFilterBody.self, upTo: bodyLimit), write)
        }
        writes.on(.delete, "/api/v1/filters/{id}", of: router) { _, context, write in
            try await filters.delete(try id(context), write)
        }
    }

    private func id(_ context: ServiceRequestContext) throws -> UUID {
        guard let id = context.parameters.get("id").flatMap({ UUID(uuidString: $0) }) else {
            throw Problem.notFound("there is no such filter")
        }
        return id
    }
}
