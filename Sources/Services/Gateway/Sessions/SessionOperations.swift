import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import TodoDomain

/// The use cases of sessions. A session begins with a sign-in and is carried on by refresh tokens, each good once.
struct SessionOperations: Sendable {
    static let scopes = [
        "tasks:read", "tasks:write", "audit:read", "notifications:read", "notifications:write", Self.scope,
    ]
    /// What a token needs to see and end sessions; services that act for a user never have it.
    static let scope = "account:sessions"

    let database: PostgresClient
    let outbox: Outbox
    let signer: TokenSigner
    let revoked: RevokedSessions
    var lifetimes = SessionLifetimes()
    var identifiers = EventIdentifier()
    var now: @Sendable () -> Date = { Date() }

    /// Begins a session.
    func open(for account: UUID, email: String, in transaction: PostgresTransaction) async throws -> SignedIn
    {
        let token = RefreshToken()
        let now = now()
        let session = Session(
            id: identifiers.next(), account: account, secretDigest: token.digest, createdAt: now,
            refreshedAt: now, expiresAt: lifetimes.expiry(openedAt: now, now: now), isRevoked: false)
        try await SessionStore.insert(session, family: token.family, in: transaction)
        return try await signedIn(session, email: email, refresh: token)
    }

    private enum Presented {
        case good(SignedIn)
        case reused(UUID)
        case unknown
    }

    /// Takes a refresh token for a new pair of tokens.
    ///
    /// - Throws: 401 when it is not good, whatever the reason. One that was used before ends its session.
    func refresh(_ token: RefreshToken?) async throws -> SignedIn {
        guard let token else { throw Self.refusal }
        let presented = try await database.transaction { transaction -> Presented in
            guard
                let (session, email) = try await SessionStore.lock(family: token.family, in: transaction),
                !session.isRevoked, session.expiresAt > now()
            else { return .unknown }
            guard session.secretDigest == token.digest else {
                try await end(session, as: EventType.refreshReused, in: transaction)
                return .reused(session.id)
            }
            return .good(try await carryOn(session, with: token, email: email, in: transaction))
        }
        switch presented {
        case .good(let answer): return answer
        case .reused(let id): revoked.end([id])
        case .unknown: break
        }
        throw Self.refusal
    }

    static let refusal = Problem.unauthorized("sign in again", error: "invalid_token")

    /// Ends the session of a refresh token. An older token of it ends it just as well, and is told of as reused.
    func signOut(_ token: RefreshToken) async throws {
        let ended = try await database.transaction { transaction -> UUID? in
            guard let (session, _) = try await SessionStore.lock(family: token.family, in: transaction),
                !session.isRevoked, session.expiresAt > now()
            else { return nil }
            let isNewest = session.secretDigest == token.digest
            try await end(
                session, as: isNewest ? EventType.signedOut : EventType.refreshReused, in: transaction)
            return session.id
        }
        if let ended { revoked.end([ended]) }
    }

    /// Ends every session of an account.
    func signOutEverywhere(_ account: UUID) async throws {
        let ended = try await database.transaction { transaction in
            let ended = try await SessionStore.revoke(nil, of: account, in: transaction)
            try await record(
                EventType.signedOut, subject: account, account: account, reason: "everywhere", in: transaction
            )
            return ended
        }
        revoked.end(ended)
    }

    /// Ends one session of an account.
    ///
    /// - Throws: 404 when the account has no such session.
    func revoke(_ id: UUID, of account: UUID) async throws {
        let ended = try await database.transaction { transaction in
            let ended = try await SessionStore.revoke(id, of: account, in: transaction)
            guard !ended.isEmpty else { throw Problem.notFound("there is no such session") }
            try await record(
                EventType.sessionRevoked, subject: id, account: account, reason: nil, in: transaction)
            return ended
        }
        revoked.end(ended)
    }

    /// The sessions of an account, the newest first.
    func page(
        of account: UUID, current: UUID?, before cursor: UUID?, limit: Int
    ) async throws -> Page<SessionItem> {
        let sessions = try await SessionStore.list(
            of: account, before: cursor, limit: limit + 1, on: database)
        return Page(rows: sessions.map { SessionItem($0, current: current) }, limit: limit) { $0.id }
    }

    private func carryOn(
        _ session: Session, with token: RefreshToken, email: String, in transaction: PostgresTransaction
    ) async throws -> SignedIn {
        let now = now()
        let next = RefreshToken(family: token.family)
        try await SessionStore.rotate(
            session.id, to: next.digest, at: now,
            expiresAt: lifetimes.expiry(openedAt: session.createdAt, now: now), in: transaction)
        return try await signedIn(session, email: email, refresh: next)
    }

    private func end(
        _ session: Session, as type: String, in transaction: PostgresTransaction
    ) async throws {
        _ = try await SessionStore.revoke(session.id, of: session.account, in: transaction)
        try await record(type, subject: session.id, account: session.account, reason: nil, in: transaction)
    }

    private func record(
        _ type: String, subject: UUID, account: UUID, reason: String?, in transaction: PostgresTransaction
    ) async throws {
        let key = account.lowercased
        try await outbox.append(
            OutgoingEvent(
                topic: Topic.audit, type: type, subject: subject.lowercased, partitionKey: key,
                sequence: Int64(now().timeIntervalSince1970 * 1_000_000), userID: key,
                actor: Caller.Actor.user.rawValue,
                payload: SecurityAct(
                    outcome: type == EventType.refreshReused ? .refused : .succeeded, reason: reason)),
            in: transaction)
    }

    private func signedIn(
        _ session: Session, email: String, refresh: RefreshToken
    ) async throws -> SignedIn {
        SignedIn(
            accessToken: try await signer.sign(
                subject: session.account, scopes: Self.scopes, session: session.id,
                lifetime: lifetimes.accessToken, id: identifiers.next()),
            tokenType: "Bearer", expiresIn: Int(lifetimes.accessToken.components.seconds),
            user: SignedIn.User(id: session.account.lowercased, email: email), refreshToken: refresh)
    }
}
