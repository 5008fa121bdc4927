import HTTPTypes
import Hummingbird
import ServiceKit

/// `/api/v1/auth` and the key set.
struct AccountRoutes: Sendable {
    let accounts: AccountOperations
    let keySet: KeySet
    let bodyLimit: Int

    func add(to router: ServiceRouter) {
        router.on(.post, "/api/v1/auth/sign-up", access: .anyone) { request, _ in
            let credentials = try await request.json(Credentials.self, upTo: bodyLimit)
            return try .json(
                try await accounts.signUp(credentials), status: .created, headers: [.cacheControl: "no-store"]
            )
        }
        router.on(.post, "/api/v1/auth/sign-in", access: .anyone) { request, _ in
            let credentials = try await request.json(Credentials.self, upTo: bodyLimit)
            return try .json(try await accounts.signIn(credentials), headers: [.cacheControl: "no-store"])
        }
        router.on(.get, "/.well-known/jwks.json", access: .anyone) { _, _ in
            try .json(keySet, headers: [.cacheControl: "public, max-age=60"])
        }
    }
}
