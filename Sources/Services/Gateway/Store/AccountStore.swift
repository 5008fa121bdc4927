import FoundationEssentials
import Postgres

/// An account as the gateway keeps it.
struct Account: Sendable {
    let id: UUID
    let email: String
    let passwordHash: PasswordHash?
}

/// All SQL of accounts.
enum AccountStore {
    /// False when the address already has an account.
    static func insert(
        _ account: Account, name: String?, at now: Date, in transaction: PostgresTransaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            INSERT INTO identity.account (id, email, password_hash, name, created_at)
            VALUES (\(account.id), \(account.email), \(account.passwordHash?.text ?? ""), \(name), \(now))
            ON CONFLICT (email) DO NOTHING
            """) == 1
    }

    static func find(email: String, on database: PostgresClient) async throws -> Account? {
        guard
            let row = try await database.query(
                "SELECT id, email, password_hash FROM identity.account WHERE email = \(email)"
            ).first
        else { return nil }
        return Account(
            id: try row.value("id"), email: try row.value("email"),
            passwordHash: PasswordHash(text: try row.value("password_hash")))
    }
}
