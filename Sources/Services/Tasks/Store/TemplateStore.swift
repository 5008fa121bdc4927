import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// All SQL of templates.
struct TemplateStore<Connection: StatementReader>: Sendable {
    let connection: Connection
    let user: UUID

    private static var columns: SQL { "id, name, body, version, created_at, updated_at" }

    func find(_ id: UUID) async throws -> TaskTemplate? {
        try await templates("id = \(id)").first
    }

    func list(after id: UUID?, limit: Int) async throws -> [TaskTemplate] {
        try await templates(id.map { "id > \($0)" } ?? "true", suffix: "ORDER BY id LIMIT \(limit)")
    }

    func templates(_ condition: SQL, suffix: SQL = "") async throws -> [TaskTemplate] {
        try await connection.query(
            """
            SELECT \(fragment: Self.columns) FROM tasks.template
            WHERE user_id = \(user) AND \(fragment: condition) \(fragment: suffix)
            """
        ).map { row in
            let body: String = try row.value("body")
            return TaskTemplate(
                id: try row.value("id"), name: try row.value("name"),
                task: try WireJSON.decode(TemplateTask.self, from: Array(body.utf8)),
                version: try row.value("version"), createdAt: try row.value("created_at"),
                updatedAt: try row.value("updated_at"))
        }
    }
}

extension TemplateStore<PostgresTransaction> {
    func lock(_ id: UUID) async throws -> TaskTemplate? {
        try await templates("id = \(id)", suffix: "FOR UPDATE").first
    }

    /// Puts a template as it shall be, whether or not it is there.
    func put(_ template: TaskTemplate) throws {
        let body = String(decoding: try WireJSON.encode(template.task), as: UTF8.self)
        try connection.send(
            """
            INSERT INTO tasks.template (id, user_id, name, body, version, created_at, updated_at)
            VALUES (\(template.id), \(user), \(template.name), \(body), \(template.version),
              \(template.createdAt), \(template.updatedAt))
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body,
              version = excluded.version, updated_at = excluded.updated_at
            """)
    }

    func delete(_ id: UUID) throws {
        try connection.send("DELETE FROM tasks.template WHERE id = \(id) AND user_id = \(user)")
    }
}
