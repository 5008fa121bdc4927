import EventFlow
import FoundationEssentials
import Postgres

/// All SQL of idempotency keys.
///
/// The key's row is inserted before the write and completed after it, in the write's own transaction: either both are
/// there or neither. A second request with the key waits in the insert until the first has ended; it then finds the
/// answer, or, when the first failed, an unused key.
struct IdempotencyStore: Sendable {
    /// How long an answer is kept.
    static let lifetime: TimeInterval = 24 * 60 * 60

    let transaction: PostgresTransaction
    let user: UUID

    /// What became of asking for a key.
    enum Claim: Sendable {
        case first
        /// The request was answered earlier.
        case repeated(TaskAnswer)
        /// The key was used for something else.
        case otherBody
    }

    /// Takes the key for this request, or finds out who had it.
    func claim(_ request: RepeatableRequest, at now: Date) async throws -> Claim {
        let expired = now.addingTimeInterval(-Self.lifetime)
        let claimed = try await transaction.execute(
            """
            INSERT INTO tasks.idempotency AS kept (user_id, key, method, path, fingerprint, created_at)
            VALUES (\(user), \(request.key), \(request.method), \(request.path), \(request.fingerprint), \(now))
            ON CONFLICT (user_id, key, method, path) DO UPDATE
              SET fingerprint = excluded.fingerprint, created_at = excluded.created_at
              WHERE kept.created_at < \(expired)
            """)
        guard claimed == 0 else { return .first }
        let rows = try await transaction.query(
            """
            SELECT fingerprint, task_id, status, headers, body FROM tasks.idempotency
            WHERE user_id = \(user) AND key = \(request.key) AND method = \(request.method)
              AND path = \(request.path)
            """)
        guard let row = rows.first else {
            // The insert above has locked the row, so nobody can have removed it.
            throw PostgresError.decoding(column: "key", reason: "the row that was in the way is gone")
        }
        guard try row.value("fingerprint", as: String.self) == request.fingerprint else { return .otherBody }
        let headers: String = try row.value("headers")
        let body: String = try row.value("body")
        return .repeated(
            TaskAnswer(
                taskID: try row.value("task_id"), status: try row.value("status"),
                headers: try WireJSON.decode([String: String].self, from: Array(headers.utf8)),
                body: Array(body.utf8), isReplay: true))
    }

    /// Keeps the answer with the key that was claimed, when the transaction commits.
    func keep(_ answer: TaskAnswer, for request: RepeatableRequest) throws {
        let headers = String(decoding: try WireJSON.encode(answer.headers), as: UTF8.self)
        try transaction.send(
            """
            UPDATE tasks.idempotency SET task_id = \(answer.taskID), status = \(answer.status),
              headers = \(headers), body = \(String(decoding: answer.body, as: UTF8.self))
            WHERE user_id = \(user) AND key = \(request.key) AND method = \(request.method)
              AND path = \(request.path)
            """)
    }

    /// Forgets a portion of what has expired; returns how much that was.
    static func prune(_ database: PostgresClient, upTo limit: Int) async throws -> Int {
        try await database.transaction(settings: ["app.pruning": "on"]) { transaction in
            try await transaction.execute(
                """
                DELETE FROM tasks.idempotency WHERE (user_id, key, method, path) IN (
                  SELECT user_id, key, method, path FROM tasks.idempotency
                  WHERE created_at < now() - interval '24 hours' LIMIT \(limit))
                """)
        }
    }
}
