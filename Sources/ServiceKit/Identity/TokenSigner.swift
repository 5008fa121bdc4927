import Crypto
public import FoundationEssentials
import JWTKit

/// Signs access tokens with the service's own Ed25519 key (RFC 8037).
public struct TokenSigner: Sendable {
    /// The app-id that the tokens name as their issuer.
    public let issuer: String
    private let keys: JWTKeyCollection
    private let keyID: String
    private let published: PublishedKey
    private let now: @Sendable () -> Date

    /// A signer with a key of 32 bytes, written in base64url.
    ///
    /// - Throws: `ConfigurationError` when the text is no such key.
    public init(
        issuer: String, key: String, setting: ConfigurationKey,
        now: @escaping @Sendable () -> Date = { Date() }
    ) async throws {
        self.issuer = issuer
        self.now = now
        guard let seed = base64URLDecoded(key), seed.count == 32,
            let signing = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        else { throw ConfigurationError.malformed(setting, wanted: "32 bytes in base64url") }
        published = PublishedKey(publicKey: signing.publicKey.rawRepresentation)
        keyID = published.kid
        keys = await JWTKeyCollection().add(
            eddsa: EdDSA.PrivateKey(backing: signing), kid: JWKIdentifier(string: published.kid))
    }

    /// A token for a user.
    public func sign(
        subject: UUID, scopes: [String], actor: Caller.Actor = .user, lifetime: Duration, id: UUID
    ) async throws -> String {
        let issued = now()
        let claims = AccessClaims(
            iss: issuer, sub: subject.uuidString.lowercased(), aud: AccessClaims.audience,
            exp: ExpirationClaim(value: issued.addingTimeInterval(Double(lifetime.components.seconds))),
            iat: IssuedAtClaim(value: issued), jti: id.uuidString.lowercased(),
            scope: scopes.joined(separator: " "), actor: actor == .user ? nil : actor.rawValue)
        return try await keys.sign(claims, kid: JWKIdentifier(string: keyID), header: ["typ": "at+jwt"])
    }

    /// The public half, as others fetch it (RFC 7517).
    public var keySet: KeySet { KeySet(keys: [published]) }
}
