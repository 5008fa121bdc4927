import EventFlow
import FoundationEssentials
import HTTPTypes
import Logging
import Postgres
import ServiceKit
import TodoDomain

/// The use cases of accounts.
struct AccountOperations: Sendable {
    let database: PostgresClient
    let outbox: Outbox
    let sessions: SessionOperations
    let hasher: PasswordHasher
    let limits: SignInLimits
    let logger: Logger
    var settings: SettingsOperations?
    var identifiers = EventIdentifier()
    var now: @Sendable () -> Date = { Date() }

    /// Opens an account and signs its owner in.
    ///
    /// - Parameter address: where the request comes from.
    /// - Throws: 422 for unsuitable fields, 409 when the e-mail address already has an account, 429.
    func signUp(_ credentials: Credentials, from address: String) async throws -> SignedIn {
        try credentials.validate()
        let first = try firstSettings(credentials)
        try await limited(aimedAt: nil) { try await limits.signUp(from: address) }
        let account = Account(
            id: identifiers.next(), email: credentials.email,
            passwordHash: try await hasher.hash(credentials.password))
        let id = account.id.lowercased
        return try await database.transaction { transaction in
            guard try await AccountStore.insert(account, name: credentials.name, at: now(), in: transaction)
            else {
                throw Problem(.conflict, "there is an account with this address")
            }
            try await outbox.append(
                OutgoingEvent(
                    topic: Topic.users, type: EventType.userCreated, subject: id, partitionKey: id,
                    sequence: 1,
                    userID: id, actor: Caller.Actor.user.rawValue, payload: UserCreated(userID: id)),
                in: transaction)
            if let first {
                try await settings?.write(first, of: account.id, actor: .user, in: transaction)
            }
            return try await sessions.open(for: account.id, email: account.email, in: transaction)
        }
    }

    /// Settings that are not those of every new account; nil when they are.
    private func firstSettings(_ credentials: Credentials) throws -> AccountSettings? {
        guard let timeZone = credentials.timeZone, let settings else { return nil }
        let first = AccountSettings.atFirst
        let chosen = try SettingsPatch(timeZone: timeZone)
            .applied(to: first.settings, zones: settings.zones)
        guard chosen != first.settings else { return nil }
        return AccountSettings(settings: chosen, version: first.version + 1)
    }

    /// Signs the owner of an account in.
    ///
    /// - Parameter address: where the request comes from.
    /// - Throws: 401 that does not say whether the address or the password was wrong, 429 after too many of them.
    func signIn(_ credentials: Credentials, from address: String) async throws -> SignedIn {
        let answer = try await limited(aimedAt: credentials.email) {
            try await limits.signIn(credentials.email, from: address) { try await attempt(credentials) }
        }
        guard let answer else {
            throw Problem.unauthorized("the address or the password is not right")
        }
        return answer
    }

    /// Nil when there is no such account, or the password is wrong.
    private func attempt(_ credentials: Credentials) async throws -> SignedIn? {
        let account = try await AccountStore.find(email: credentials.email, on: database)
        let isRight = try await hasher.verify(credentials.password, against: account?.passwordHash)
        guard let account else { return nil }
        return try await database.transaction { transaction -> SignedIn? in
            // It may have been closed while the password was looked at.
            guard try await AccountStore.keep(account.id, in: transaction) else { return nil }
            try await record(
                isRight ? EventType.signInSucceeded : EventType.signInRefused, of: account.id,
                isRight ? .init(outcome: .succeeded) : .init(outcome: .refused, reason: "password"),
                in: transaction)
            guard isRight else { return nil }
            return try await sessions.open(for: account.id, email: account.email, in: transaction)
        }
    }

    /// Does what is limited, and tells of the first refusal of a minute: in the audit log of the account that was aimed
    /// at, where there is one, and in the service's own.
    func limited<Answer: Sendable>(
        aimedAt email: String?, _ work: () async throws -> Answer
    ) async throws -> Answer {
        do {
            return try await work()
        } catch let exceeded as SignInLimits.Exceeded {
            if exceeded.isNews {
                logger.notice("a limit of sign-ins or sign-ups was exceeded")
                if let email { await tell(ofLimitAt: email) }
            }
            throw exceeded.problem
        }
    }

    /// A refusal stands, whether it can be written down or not.
    private func tell(ofLimitAt email: String) async {
        do {
            guard let account = try await AccountStore.find(email: email, on: database) else { return }
            try await database.transaction { transaction in
                try await record(
                    EventType.limitExceeded, of: account.id, .init(outcome: .refused, reason: "sign_in"),
                    in: transaction)
            }
        } catch {
            logger.warning("a limit that was exceeded cannot be written down", error: error)
        }
    }

    /// Leaves an act in the audit log.
    func record(
        _ type: String, of account: UUID, _ act: SecurityAct, in transaction: PostgresTransaction
    ) async throws {
        let id = account.lowercased
        try await outbox.append(
            OutgoingEvent(
                topic: Topic.audit, type: type, subject: id, partitionKey: id,
                sequence: Int64(now().timeIntervalSince1970 * 1_000_000), userID: id,
                actor: Caller.Actor.user.rawValue, payload: act),
            in: transaction)
    }
}
