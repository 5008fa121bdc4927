import Hummingbird
import ServiceKit

/// Reads of many tasks: `GET /api/v1/tasks` and `GET /api/v1/tasks/search`.
struct TaskQueryRoutes: Sendable {
    let listing: TaskListing

    func add(to router: ServiceRouter) {
        router.on(.get, "/api/v1/tasks", access: .signedIn(scope: "tasks:read")) { request, context in
            try await listing.page(try TaskListRequest(request), of: try context.requireCaller())
                .response(to: request)
        }
        router.on(.get, "/api/v1/tasks/search", access: .signedIn(scope: "tasks:read")) { request, context in
            try await listing.search(try SearchRequest(request), of: try context.requireCaller())
                .response(to: request)
        }
    }
}
