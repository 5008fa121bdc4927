import FoundationEssentials
import Postgres
import TodoDomain

/// Takes words that no task has any more out of a user's dictionary, once tasks were removed for good.
///
/// A writer adds only words that the dictionary lacks, so a word must not leave it while a task with that word is being
/// written: writers of one user share a lock, and the sweep has it alone for as long as it takes to look once more and
/// delete. It first looks without it, so that nobody waits when there is nothing to delete.
struct WordSweep: Sendable {
    let database: UserDatabase
    /// Small portions: writers wait for no longer than one takes.
    var portion = 500

    /// Notes that a user's dictionary is to be looked through, when the transaction commits.
    static func ask(for user: UUID, at now: Date, in transaction: PostgresTransaction) throws {
        try transaction.send(
            """
            INSERT INTO tasks.word_sweep (user_id, asked_at) VALUES (\(user), \(now))
            ON CONFLICT (user_id) DO UPDATE SET asked_at = excluded.asked_at
            """)
    }

    /// What writers of a user's words take part in, as a source of exactly one row.
    static func turn(of user: UUID) -> SQL {
        "(SELECT pg_advisory_xact_lock_shared(hashtextextended('todo words ' || \(user)::uuid, 0))) AS turn"
    }

    /// Looks through every dictionary that is to be looked through; gives the number of words that left.
    @discardableResult
    func round() async throws -> Int {
        let rows = try await database.client.query(
            "SELECT user_id, asked_at FROM tasks.word_sweep ORDER BY asked_at LIMIT 1000",
            settings: ["app.pruning": "on"])
        var count = 0
        for row in rows {
            try Task.checkCancellation()
            let (user, asked): (UUID, Date) = (try row.value("user_id"), try row.value("asked_at"))
            count += try await sweep(user)
            // Asked for once more meanwhile, it is done once more.
            _ = try await database.transaction(for: user) { transaction in
                try await transaction.execute(
                    "DELETE FROM tasks.word_sweep WHERE user_id = \(user) AND asked_at = \(asked)")
            }
        }
        return count
    }

    private func sweep(_ user: UUID) async throws -> Int {
        var (count, last) = (0, "")
        while true {
            let words: [String] = try await database.reading(for: user).query(
                """
                SELECT DISTINCT word FROM tasks.search_word WHERE user_id = \(user) AND word > \(last)
                ORDER BY word LIMIT \(portion)
                """
            ).map { try $0.value("word") }
            guard let end = words.last else { return count }
            last = end
            let unused = try await database.reading(for: user).query(Self.unused(words, of: user))
                .map { try $0.value("unused", as: String.self) }
            guard !unused.isEmpty else { continue }
            try Task.checkCancellation()
            count += try await forget(unused, of: user)
        }
    }

    private func forget(_ words: [String], of user: UUID) async throws -> Int {
        try await database.transaction(for: user) { transaction in
            try transaction.send(
                "SELECT pg_advisory_xact_lock(hashtextextended('todo words ' || \(user)::uuid, 0))")
            return try await transaction.execute(
                """
                DELETE FROM tasks.search_word WHERE user_id = \(user)
                  AND word IN (\(fragment: Self.unused(words, of: user)))
                """)
        }
    }

    private static func unused(_ words: [String], of user: UUID) -> SQL {
        "SELECT unused FROM tasks.unused_words(\(words)::text[], \(SearchDocument.mark(of: user)))"
    }
}
