import FoundationEssentials
import JWTKit

/// The claims of an access token (RFC 7519, RFC 9068).
struct AccessClaims: JWTPayload, Sendable {
    static let audience = "todo"

    var iss: String
    /// The user, or the user acted for.
    var sub: String
    var aud: String
    var exp: ExpirationClaim
    var iat: IssuedAtClaim
    var jti: String
    /// Words separated by blanks (RFC 8693 §4.2).
    var scope: String
    /// `user` where it is absent.
    var actor: String?
    /// The session that the token was given out in; absent in tokens of services.
    var sid: String?

    func verify(using algorithm: some JWTAlgorithm) async throws {
        try exp.verifyNotExpired()
        guard aud == Self.audience else { throw TokenError.invalid }
    }

    /// Who is calling, with no more than the issuer may give.
    func caller(within trust: IssuerTrust) throws(TokenError) -> Caller {
        guard let userID = UUID(uuidString: sub), let actor = Caller.Actor(rawValue: actor ?? "user"),
            trust.actors.contains(actor), !trust.isLongerThanAllowed(exp.value.timeIntervalSince(iat.value))
        else { throw .invalid }
        var session: UUID?
        if let sid {
            guard let id = UUID(uuidString: sid) else { throw .invalid }
            session = id
        }
        return Caller(
            userID: userID, actor: actor, issuer: iss,
            scopes: trust.allowed(Set(scope.split(separator: " ").map(String.init))), sessionID: session,
            expiresAt: exp.value)
    }
}

/// Why a token is not accepted. What the token held is not told.
enum TokenError: Error, Sendable {
    case invalid
    case keysUnavailable
}
