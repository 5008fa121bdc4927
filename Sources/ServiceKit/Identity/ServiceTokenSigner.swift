import EventFlow
public import FoundationEssentials

/// Tokens of a service that acts for a user who is not there: a recurring task that comes due, a tool call of the
/// assistant.
///
/// Each lives a minute and carries the few scopes that the role declares; `IssuerTrust` says what others accept.
public struct ServiceTokenSigner: Sendable {
    /// The role's own key; the public half stands in `TODO_SERVICE_KEYS` of those it calls.
    public static let signingKey = ConfigurationKey(
        "TODO_SIGNING_KEY", secret: true,
        "Ed25519 keys that tokens are signed with: 32 bytes in base64url each, by commas; the first signs")
    static let lifetime: Duration = .seconds(60)

    private let signer: TokenSigner
    private let scopes: [String]
    private let actor: Caller.Actor
    private let identifiers = EventIdentifier()

    /// A signer for a role with its own key.
    ///
    /// - Throws: `ConfigurationError` when there is no key, or none of the right form.
    public init(
        role: String, settings: Settings, scopes: [String], actor: Caller.Actor = .service,
        now: @escaping @Sendable () -> Date = { Date() }
    ) async throws {
        signer = try await TokenSigner(
            issuer: role, key: try settings.string(Self.signingKey), setting: Self.signingKey, now: now)
        self.scopes = scopes
        self.actor = actor
    }

    /// A fresh token to act for a user with.
    public func token(actingFor user: UUID) async throws -> String {
        try await signer.sign(
            subject: user, scopes: scopes, actor: actor, lifetime: Self.lifetime, id: identifiers.next())
    }

    /// The public halves of the role's keys.
    public var keySet: KeySet { signer.keySet }
}
