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
        let (read, write) = (
            RouteAccess.signedIn(scope: "tasks:read"), RouteAccess.signedIn(scope: "tasks:write")
        )
        router.on(.get, "/api/v1/filters", access: read) { request, context in
            try QueryParameters(request).refuseRest()
            let all = try await filters.all(of: try context.requireCaller())
            return try .json(Page(rows: all, limit: SavedFilterOperations.most) { $0.name })
        }
        router.on(.post, "/api/v1/filters", access: write) { request, context in
            let body = try await request.json(SavedFilterBody.self, upTo: bodyLimit)
            let filter = try await filters.create(body, try context.requireCaller())
            return try answer(
                filter, status: .created, headers: [.location: "/api/v1/filters/\(filter.id.lowercased)"])
        }
        router.on(.get, "/api/v1/filters/{id}", access: read) { request, context in
            let condition = try IfNoneMatch(request.headers)
            let filter = try await filters.find(try id(context), of: try context.requireCaller())
            guard condition?.names(entityTag(version: filter.version)) != true else {
                return Response(
                    status: .notModified, headers: [.eTag: entityTag(version: filter.version)])
            }
            return try answer(filter)
        }
        router.on(.patch, "/api/v1/filters/{id}", access: write) { request, context in
            let (id, condition) = (try id(context), try IfMatch(request.headers))
            let body = try await request.json(SavedFilterBody.self, upTo: bodyLimit)
            return try answer(
                try await filters.change(id, body, if: condition, try context.requireCaller()))
        }
        router.on(.delete, "/api/v1/filters/{id}", access: write) { request, context in
            let condition = try IfMatch(request.headers)
            try await filters.delete(try id(context), if: condition, try context.requireCaller())
            return Response(status: .noContent)
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

    private func answer(
        _ filter: SavedFilter, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) throws -> Response {
        var headers = headers
        headers[.eTag] = entityTag(version: filter.version)
        headers[.cacheControl] = "private, no-cache"
        return try .json(filter, status: status, headers: headers)
    }

    private func id(_ context: ServiceRequestContext) throws -> UUID {
        guard let id = context.parameters.get("id").flatMap({ UUID(uuidString: $0) }) else {
            throw Problem.notFound("there is no such filter")
        }
        return id
    }
}
