import Hummingbird

/// Decides whether a request may reach a route.
struct AccessGuard: Sendable {
    /// Nil where no route takes users.
    let verifier: TokenVerifier?
    /// What the sidecar must present; nil where it need not.
    let appToken: String?

    /// The caller of an admitted request; nil for routes that know no user.
    ///
    /// - Throws: a problem that says why not.
    func admit(_ request: Request, to rule: RouteAccess) async throws -> Caller? {
        switch rule {
        case .anyone: return nil
        case .guest:
            guard let verifier, let token = try? Self.bearerToken(of: request) else { return nil }
            return try? await verifier.caller(of: token)
        case .sidecar:
            try admitSidecar(request)
            return nil
        case .signedIn(let scope):
            guard let verifier else { throw Problem.unauthorized("tokens are not accepted here") }
            let caller = try await verifier.caller(of: try Self.bearerToken(of: request))
            guard caller.scopes.contains(scope) else {
                throw Problem(.forbidden, "the token lacks the scope \(scope), or its issuer may not give it")
            }
            return caller
        }
    }

    private func admitSidecar(_ request: Request) throws {
        guard let appToken else { return }
        let presented = request.headers[.daprAPIToken] ?? ""
        guard constantTimeEqual(presented, appToken) else {
            throw Problem.unauthorized("only the sidecar may call this")
        }
    }

    static func bearerToken(of request: Request) throws -> String {
        guard let header = request.headers[.authorization] else {
            throw Problem.unauthorized("a bearer token is needed")
        }
        let parts = header.split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Problem.unauthorized(
                "the Authorization header must be a bearer token", error: "invalid_request")
        }
        return String(parts[1])
    }
}

/// Compares without telling by time how much of the secret was right.
private func constantTimeEqual(_ one: String, _ other: String) -> Bool {
    let (one, other) = (Array(one.utf8), Array(other.utf8))
    guard one.count == other.count else { return false }
    return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
