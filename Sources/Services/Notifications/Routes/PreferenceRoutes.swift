import FoundationEssentials
import HTTPTypes
import Hummingbird
import ServiceKit

/// `/api/v1/notifications/preferences`.
struct PreferenceRoutes: Sendable {
    static let read = RouteAccess.signedIn(scope: "notifications:read")
    static let write = RouteAccess.signedIn(scope: "notifications:write")

    let operations: NotificationOperations
    let bodyLimit: Int

    func add(to router: ServiceRouter) {
        router.on(.get, "/api/v1/notifications/preferences", access: Self.read) { _, context in
            let user = try context.requireCaller().userID
            return try .json(try await PersonStore.person(user, on: operations.database).preferences)
        }
        router.on(.patch, "/api/v1/notifications/preferences", access: Self.write) { request, context in
            let user = try context.requireCaller().userID
            let patch = try await request.json(PreferencesPatch.self, upTo: bodyLimit)
            guard let changed = try await PersonStore.change(user, by: patch, on: operations.database) else {
                throw NotificationOperations.accountIsClosed
            }
            return try .json(changed)
        }
    }
}
