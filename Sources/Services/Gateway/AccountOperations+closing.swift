import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import TodoDomain

extension AccountOperations {
    /// Closes an account: everything that the gateway knows of its owner goes, his sessions end, and the event that makes
    /// the other services forget him is written with it, in one transaction.
    ///
    /// An account that is gone already is closed: a request that is sent again changes nothing.
    ///
    /// - Parameter address: where the request comes from.
    /// - Throws: 403 when the password is wrong, 429 after too many wrong ones.
    func close(_ caller: Caller, password: String, from address: String) async throws {
        guard let account = try await AccountStore.find(id: caller.userID, on: database) else { return }
        let isClosed: Bool? = try await limited(aimedAt: account.email) {
            try await limits.password(of: account.email, from: address) {
                guard try await hasher.verify(password, against: account.passwordHash) else { return nil }
                try await close(account.id)
                return true
            }
        }
        guard isClosed == nil else { return }
        try await database.transaction { transaction in
            guard try await AccountStore.keep(account.id, in: transaction) else { return }
            try await record(
                EventType.signInRefused, of: account.id, .init(outcome: .refused, reason: "closing"),
                in: transaction)
        }
        throw Problem(.forbidden, "the password is not right")
    }

    private func close(_ account: UUID) async throws {
        let id = account.lowercased
        let ended = try await database.transaction { transaction -> [UUID] in
            // Sign-ins and changes of settings that are under way come first, so that nothing is left of them.
            guard let settings = try await SettingsStore.lock(account, in: transaction) else { return [] }
            let ended = try await SessionStore.outlive(account, at: now(), in: transaction)
            try await AccountStore.delete(account, in: transaction)
            try await outbox.append(
                OutgoingEvent(
                    topic: Topic.users, type: EventType.userDeleted, subject: id, partitionKey: id,
                    // After every change of settings, which others may hear of later.
                    sequence: settings.version + 1,
                    userID: id, actor: Caller.Actor.user.rawValue,
                    payload: UserDeleted(userID: EntityID(account))),
                in: transaction)
            return ended
        }
        sessions.revoked.end(ended)
    }
}
