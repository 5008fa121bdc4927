import HTTPTypes
import Hummingbird
import ServiceKit

/// Sign-up and sign-in, and the key set.
struct AccountRoutes: Sendable {
    let accounts: AccountOperations
    let cookie: RefreshCookie
    let keySet: KeySet
    let bodyLimit: Int

    func add(to router: ServiceRouter) {
        router.on(.post, "/api/v1/auth/sign-up", access: .anyone) { request, _ in
            let credentials = try await request.json(Credentials.self, upTo: bodyLimit)
            let answer = try await accounts.signUp(credentials)
            return try .json(answer, status: .created, headers: cookie.giving(answer.refreshToken))
        }
        router.on(.post, "/api/v1/auth/sign-in", access: .anyone) { request, _ in
            let credentials = try await request.json(Credentials.self, upTo: bodyLimit)
            let answer = try await accounts.signIn(credentials)
            return try .json(answer, headers: cookie.giving(answer.refreshToken))
        }
        router.on(.get, "/.well-known/jwks.json", access: .anyone) { _, _ in
            try .json(keySet, headers: [.cacheControl: "public, max-age=60"])
        }
    }
}
