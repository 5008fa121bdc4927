import EventFlow
import FoundationEssentials

/// The answer to sign-up, sign-in and refresh.
struct SignedIn: Encodable, Sendable {
    struct User: Encodable, Sendable {
        let id: String
        let email: String
    }

    let accessToken: String
    let tokenType: String
    let expiresIn: Int
    let user: User
    /// Goes into the cookie, never into the body, where scripts could read it.
    let refreshToken: RefreshToken

    enum CodingKeys: String, CodingKey {
        case accessToken, tokenType, expiresIn, user
    }
}

/// A session as its owner sees it.
struct SessionItem: Encodable, Sendable {
    let id: String
    let createdAt: Date
    let refreshedAt: Date
    let expiresAt: Date
    /// Whether it is the one that asks.
    let isCurrent: Bool

    init(_ session: Session, current: UUID?) {
        id = session.id.lowercased
        createdAt = session.createdAt
        refreshedAt = session.refreshedAt
        expiresAt = session.expiresAt
        isCurrent = session.id == current
    }
}
