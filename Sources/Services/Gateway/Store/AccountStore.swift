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
        try await database.query("\(fragment: selection) WHERE email = \(email)").first.map(account)
    }

    static func find(id: UUID, on database: PostgresClient) async throws -> Account? {
        try await database.query("\(fragment: selection) WHERE id = \(id)").first.map(account)
    }

    /// Keeps an account from being closed until the transaction ends; false when there is none.
    static func keep(_ id: UUID, in transaction: PostgresTransaction) async throws -> Bool {
        try await !transaction.query("SELECT id FROM identity.account WHERE id = \(id) FOR KEY SHARE").isEmpty
    }

    /// With its sessions and settings.
    static func delete(_ id: UUID, in transaction: PostgresTransaction) async throws {
        try await transaction.execute("DELETE FROM identity.account WHERE id = \(id)")
    }

    private static let selection: SQL = "SELECT id, email, password_hash FROM identity.account"

    private static func account(_ row: PostgresRow) throws -> Account {
        Account(
            id: try row.value("id"), email: try row.value("email"),
            passwordHash: PasswordHash(text: try row.value("password_hash")))
    }
}
