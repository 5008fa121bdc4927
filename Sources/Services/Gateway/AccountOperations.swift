import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import TodoDomain

/// The use cases of accounts.
struct AccountOperations: Sendable {
    let database: PostgresClient
    let outbox: Outbox
    let sessions: SessionOperations
    let hasher: PasswordHasher
    var settings: SettingsOperations?
    var identifiers = EventIdentifier()
    var now: @Sendable () -> Date = { Date() }

    /// Opens an account and signs its owner in.
    ///
    /// - Throws: 422 for unsuitable fields, 409 when the address already has an account.
    func signUp(_ credentials: Credentials) async throws -> SignedIn {
        try credentials.validate()
        let first = try firstSettings(credentials)
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
    /// - Throws: 401 that does not say whether the address or the password was wrong.
    func signIn(_ credentials: Credentials) async throws -> SignedIn {
        let account = try await AccountStore.find(email: credentials.email, on: database)
        let isRight = try await hasher.verify(credentials.password, against: account?.passwordHash)
        guard let account else { throw Self.refusal }
        let answer = try await database.transaction { transaction -> SignedIn? in
            try await record(account, isRight: isRight, in: transaction)
            guard isRight else { return nil }
            return try await sessions.open(for: account.id, email: account.email, in: transaction)
        }
        guard let answer else { throw Self.refusal }
        return answer
    }

    private static let refusal = Problem.unauthorized("the address or the password is not right")

    /// Leaves the act in the audit log.
    private func record(
        _ account: Account, isRight: Bool, in transaction: PostgresTransaction
    ) async throws {
        let id = account.id.lowercased
        let event = try OutgoingEvent(
            topic: Topic.audit, type: isRight ? EventType.signInSucceeded : EventType.signInRefused,
            subject: id,
            partitionKey: id, sequence: Int64(now().timeIntervalSince1970 * 1_000_000), userID: id,
            actor: Caller.Actor.user.rawValue,
            payload: SecurityAct(
                outcome: isRight ? .succeeded : .refused, reason: isRight ? nil : "password"))
        try await outbox.append(event, in: transaction)
    }
}
