import FoundationEssentials
import Postgres
import TodoDomain

extension TaskStore {
    /// Tags in the order of their names.
    func tagCounts(of user: UUID) async throws -> [TagCount] {
        try await connection.query(
            """
            SELECT tag, count(*) AS tasks, count(*) FILTER (WHERE status = 'open') AS open
            FROM tasks.task CROSS JOIN LATERAL unnest(tags) AS tag
            WHERE user_id = \(user) AND deleted_at IS NULL GROUP BY tag ORDER BY tag LIMIT 10000
            """
        ).map { row in
            TagCount(name: try row.value("tag"), tasks: try row.value("tasks"), open: try row.value("open"))
        }
    }
}
