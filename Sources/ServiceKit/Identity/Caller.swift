public import FoundationEssentials

/// Who is calling, as a verified token says.
public struct Caller: Sendable, Hashable {
    /// What kind of party acts for the user; goes into events as `actor`.
    public enum Actor: String, Sendable {
        case user, agent, mcp, service
    }

    /// The user whose data the call is about.
    public let userID: UUID
    public let actor: Actor
    /// The app-id that signed the token.
    public let issuer: String
    /// What the token names and its issuer may give.
    public let scopes: Set<String>
    /// The session of a user's token; nil for services.
    public let sessionID: UUID?
    /// Until when the token is good.
    public var expiresAt: Date = .distantFuture
}
