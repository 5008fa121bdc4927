import FoundationEssentials
import Postgres
import TodoDomain

/// All SQL of search. What is written travels with the task's own row.
enum SearchStore {
    /// Writes a task's words.
    static func write(_ task: TodoTask, of user: UUID, in transaction: PostgresTransaction) throws {
        let document = SearchDocument(task, of: user)
        try transaction.send(
            """
            INSERT INTO tasks.search_document (task_id, user_id, is_there, document)
            SELECT \(task.id)::uuid, \(user)::uuid, \(task.deletedAt == nil)::boolean, \(document.text)::tsvector
            FROM \(fragment: WordSweep.turn(of: user))
            ON CONFLICT (task_id) DO UPDATE SET is_there = excluded.is_there, document = excluded.document
            """)
        guard !document.words.isEmpty else { return }
        // Only what is new: the dictionary of a user soon has most words of the next task.
        let reversed = document.words.map { word in
            String(String.UnicodeScalarView(word.unicodeScalars.reversed()))
        }
        try transaction.send(
            """
            INSERT INTO tasks.search_word (user_id, word, reversed)
            SELECT \(user)::uuid, new.word, new.reversed
            FROM unnest(\(document.words)::text[], \(reversed)::text[]) AS new (word, reversed)
            WHERE NOT EXISTS (SELECT FROM tasks.search_word AS known
              WHERE known.user_id = \(user) AND known.word = new.word COLLATE "C")
            """)
    }

    /// Follows a change of a task, with no more than it asks for.
    static func follow(
        _ task: TodoTask, changed fields: [TaskField], of user: UUID, in transaction: PostgresTransaction
    ) throws {
        let searched: [TaskField] = [.title, .description, .tags, .list]
        if fields.contains(where: searched.contains) {
            try write(task, of: user, in: transaction)
        } else {
            // It may have gone to the trash or come from there, whatever else was changed with it.
            let isThere = task.deletedAt == nil
            try transaction.send(
                """
                UPDATE tasks.search_document SET is_there = \(isThere)
                WHERE task_id = \(task.id) AND user_id = \(user) AND is_there <> \(isThere)
                """)
        }
    }

    /// A task that was found, and how well it fits.
    struct Found: Sendable {
        let task: TodoTask
        let score: String
    }

    /// The best tasks after a place. Ids come from a function that may use the index; the tasks are read by them under
    /// row-level security.
    static func find(
        _ query: SearchQuery, of user: UUID, after cursor: ListCursor?, limit: Int, by reader: UserReads
    ) async throws -> [Found] {
        let rows = try await reader.query(
            """
            SELECT \(fragment: TaskRows.columns), found.score::text AS score
            FROM tasks.search(\(query.text(for: user))::tsquery, \(cursor?.values.first)::integer,
              \(cursor?.id)::uuid, \(limit)) AS found
            JOIN tasks.task ON task.id = found.found_id
            WHERE task.user_id = \(user) AND task.deleted_at IS NULL ORDER BY found.score DESC, task.id DESC
            """)
        let tasks = try TaskRows(rows).tasks
        return try zip(tasks, rows).map { Found(task: $0, score: try $1.value("score")) }
    }

    /// Words of a user that have a half in common with a misspelt one. What a mistake leaves intact is one of the two.
    static func neighbours(of word: String, of user: UUID, by reader: UserReads) async throws -> [String] {
        let (beginning, end) = Misspelling.halves(of: word)
        let backwards = String(String.UnicodeScalarView(end.unicodeScalars.reversed()))
        let rows = try await reader.query(
            """
            SELECT DISTINCT word FROM (
              (SELECT word FROM tasks.search_word WHERE user_id = \(user)
                AND word >= \(beginning) AND word < \(beginning + Self.afterAll) LIMIT \(Self.mostNeighbours))
              UNION ALL
              (SELECT word FROM tasks.search_word WHERE user_id = \(user)
                AND reversed >= \(backwards) AND reversed < \(backwards + Self.afterAll)
                LIMIT \(Self.mostNeighbours))
            ) AS candidate
            """)
        return try rows.map { try $0.value("word") }
    }

    /// Behind every letter in the order of bytes.
    private static let afterAll = "\u{10FFFF}"
    /// Of each kind; a bound for those who make up words.
    private static let mostNeighbours = 5000
}
