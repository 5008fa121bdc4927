import EventFlow
import HTTPTypes
import Hummingbird
import ServiceKit
import TodoDomain

/// `/api/v1/settings`.
struct SettingsRoutes: Sendable {
    let settings: SettingsOperations
    let bodyLimit: Int

    func add(to router: ServiceRouter) {
        let access = RouteAccess.signedIn(scope: SettingsOperations.scope)
        router.on(.get, "/api/v1/settings", access: access) { request, context in
            try QueryParameters(request).refuseRest()
            return try answer(try await settings.find(of: try context.requireCaller()))
        }
        router.on(.patch, "/api/v1/settings", access: access) { request, context in
            let patch = try await request.json(SettingsPatch.self, upTo: bodyLimit)
            let answered = try await settings.change(
                patch, ifMatch: request.headers[.ifMatch], by: try context.requireCaller())
            return try answer(answered)
        }
    }

    private func answer(_ value: AccountSettings) throws -> Response {
        try .json(
            value.settings,
            headers: [.eTag: SettingsOperations.tag(value), .cacheControl: "private, no-cache"])
    }
}
