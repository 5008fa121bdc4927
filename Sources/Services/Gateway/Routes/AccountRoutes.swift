import HTTPTypes
import Hummingbird
import ServiceKit

/// Sign-up and sign-in, the end of an account, and the key set.
struct AccountRoutes: Sendable {
    let accounts: AccountOperations
    let cookie: RefreshCookie
    let keySet: KeySet
    let addresses: ClientAddress
    let bodyLimit: Int

    func add(to router: ServiceRouter) {
        router.on(.post, "/api/v1/auth/sign-up", access: .anyone) { request, context in
            let credentials = try await request.json(Credentials.self, upTo: bodyLimit)
            let answer = try await accounts.signUp(credentials, from: address(request, context))
            return try .json(answer, status: .created, headers: cookie.giving(answer.refreshToken))
        }
        router.on(.post, "/api/v1/auth/sign-in", access: .anyone) { request, context in
            let credentials = try await request.json(Credentials.self, upTo: bodyLimit)
            let answer = try await accounts.signIn(credentials, from: address(request, context))
            return try .json(answer, headers: cookie.giving(answer.refreshToken))
        }
        router.on(
            .delete, "/api/v1/account", access: .signedIn(scope: SessionOperations.scope)
        ) { request, context in
            let closing = try await request.json(AccountClosing.self, upTo: bodyLimit)
            try await accounts.close(
                try context.requireCaller(), password: closing.password, from: address(request, context))
            return Response(status: .noContent, headers: cookie.taking)
        }
        router.on(.get, "/.well-known/jwks.json", access: .anyone) { _, _ in
            try .json(keySet, headers: [.cacheControl: "public, max-age=60"])
        }
    }

    private func address(_ request: Request, _ context: ServiceRequestContext) -> String {
        addresses.address(of: request, peer: context.peer)
    }
}
