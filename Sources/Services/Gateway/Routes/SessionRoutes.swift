import FoundationEssentials
import HTTPTypes
import Hummingbird
import ServiceKit

/// What keeps people signed in and signs them out, below `/api/v1/auth`.
///
/// Refresh and sign-out know the session by its cookie alone, so other sites are kept out; the rest needs a token,
/// which no browser sends on its own.
struct SessionRoutes: Sendable {
    let sessions: SessionOperations
    let cookie: RefreshCookie

    func add(to router: ServiceRouter) {
        router.on(.post, "/api/v1/auth/refresh", access: .anyone) { request, _ in
            try SameOrigin.require(request)
            do {
                let answer = try await sessions.refresh(cookie.token(of: request))
                return try .json(answer, headers: cookie.giving(answer.refreshToken))
            } catch let problem as Problem where problem.status == .unauthorized {
                // What is not good will never be: the browser need not keep it.
                throw Problem(problem.status, problem.detail, headers: problem.headers + cookie.taking)
            }
        }
        router.on(.post, "/api/v1/auth/sign-out", access: .anyone) { request, _ in
            try SameOrigin.require(request)
            if let token = cookie.token(of: request) { try await sessions.signOut(token) }
            return Response(status: .noContent, headers: cookie.taking)
        }
        addForSignedIn(to: router, access: .signedIn(scope: SessionOperations.scope))
    }

    private func addForSignedIn(to router: ServiceRouter, access: RouteAccess) {
        router.on(.post, "/api/v1/auth/sign-out-everywhere", access: access) { _, context in
            try await sessions.signOutEverywhere(try context.requireCaller().userID)
            return Response(status: .noContent, headers: cookie.taking)
        }
        router.on(.get, "/api/v1/auth/sessions", access: access) { request, context in
            let caller = try context.requireCaller()
            var query = try QueryParameters(request)
            let limit = try query.takeLimit()
            let cursor = try query.takeCursor { UUID(uuidString: $0) }
            try query.refuseRest()
            return try .json(
                try await sessions.page(
                    of: caller.userID, current: caller.sessionID, before: cursor, limit: limit),
                headers: [.cacheControl: "no-store"])
        }
        router.on(.delete, "/api/v1/auth/sessions/{id}", access: access) { _, context in
            guard let id = context.parameters.get("id").flatMap({ UUID(uuidString: $0) }) else {
                throw Problem.notFound("there is no such session")
            }
            try await sessions.revoke(id, of: try context.requireCaller().userID)
            return Response(status: .noContent)
        }
    }
}

/// Both sets of headers.
private func + (one: HTTPFields, other: HTTPFields) -> HTTPFields {
    var all = one
    for field in other { all[field.name] = field.value }
    return all
}
