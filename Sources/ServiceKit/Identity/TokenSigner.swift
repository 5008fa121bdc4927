import Crypto
public import FoundationEssentials
import JWTKit

/// Signs access tokens with the service's own Ed25519 key (RFC 8037).
///
/// There may be several keys: the first signs, all are published. So a key is changed without a refused request: the
/// new one is put behind the old, then before it once everybody knows it, and at last the old one is left out.
public struct TokenSigner: Sendable {
    /// The app-id that the tokens name as their issuer.
    public let issuer: String
    private let keys: JWTKeyCollection
    private let keyID: String
    private let published: [PublishedKey]
    private let now: @Sendable () -> Date

    /// A signer with keys of 32 bytes, each written in base64url, separated by commas.
    ///
    /// - Throws: `ConfigurationError` when the text is no such list.
    public init(
        issuer: String, key: String, setting: ConfigurationKey,
        now: @escaping @Sendable () -> Date = { Date() }
    ) async throws {
        self.issuer = issuer
        self.now = now
        let seeds = key.split(separator: ",", omittingEmptySubsequences: false).map { text in
            base64URLDecoded(text.filter { !$0.isWhitespace }).flatMap { seed in
                seed.count == 32 ? try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) : nil
            }
        }
        let signing = seeds.compactMap { $0 }
        guard signing.count == seeds.count, let first = signing.first else {
            throw ConfigurationError.malformed(
                setting, wanted: "32 bytes in base64url, or several of them separated by commas")
        }
        published = signing.map { PublishedKey(publicKey: $0.publicKey.rawRepresentation) }
        keyID = PublishedKey(publicKey: first.publicKey.rawRepresentation).kid
        keys = await JWTKeyCollection().add(
            eddsa: EdDSA.PrivateKey(backing: first), kid: JWKIdentifier(string: keyID))
    }

    /// A token for a user.
    ///
    /// - Parameter session: the session it is given out in; nil for a service that acts for the user.
    public func sign(
        subject: UUID, scopes: [String], actor: Caller.Actor = .user, session: UUID? = nil,
        lifetime: Duration, id: UUID
    ) async throws -> String {
        let issued = now()
        let claims = AccessClaims(
            iss: issuer, sub: subject.uuidString.lowercased(), aud: AccessClaims.audience,
            exp: ExpirationClaim(value: issued.addingTimeInterval(Double(lifetime.components.seconds))),
            iat: IssuedAtClaim(value: issued), jti: id.uuidString.lowercased(),
            scope: scopes.joined(separator: " "), actor: actor == .user ? nil : actor.rawValue,
            sid: session?.uuidString.lowercased())
        return try await keys.sign(claims, kid: JWKIdentifier(string: keyID), header: ["typ": "at+jwt"])
    }

    /// The public halves, as others fetch them (RFC 7517).
    public var keySet: KeySet { KeySet(keys: published) }
}
