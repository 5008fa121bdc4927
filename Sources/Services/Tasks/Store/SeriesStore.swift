import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// All SQL on the instances of series.
struct SeriesStore: Sendable {
    let transaction: PostgresTransaction
    let user: UUID

    private var tasks: TaskStore<PostgresTransaction> { TaskStore(connection: transaction) }

    /// The instances that came after one and are not in the trash.
    func lockSuccessors(of id: UUID) async throws -> [TodoTask] {
        try await tasks.tasks(
            """
            SELECT \(fragment: TaskRows.columns) FROM tasks.task
            WHERE user_id = \(user) AND previous_id = \(id) AND deleted_at IS NULL ORDER BY id FOR UPDATE
            """)
    }

    /// Open instances of a series.
    func lockOpen(of series: UUID) async throws -> [TodoTask] {
        try await tasks.tasks(
            """
            SELECT \(fragment: TaskRows.columns) FROM tasks.task
            WHERE user_id = \(user) AND series_id = \(series) AND status = 'open' AND deleted_at IS NULL
            ORDER BY id FOR UPDATE
            """)
    }

    /// What the series has for fields that were changed in this instance alone.
    func base(of id: UUID) async throws -> [FieldDiff] {
        let rows = try await transaction.query(
            "SELECT series_base FROM tasks.task WHERE user_id = \(user) AND id = \(id)")
        let text: String? = try rows.first?.value("series_base")
        return try text.map { try WireJSON.decode([FieldDiff].self, from: Array($0.utf8)) } ?? []
    }

    func keep(base: [FieldDiff], of id: UUID) throws {
        let text = base.isEmpty ? nil : String(decoding: try WireJSON.encode(base), as: UTF8.self)
        try transaction.send(
            "UPDATE tasks.task SET series_base = \(text) WHERE user_id = \(user) AND id = \(id)")
    }

    /// The columns that instances are found by, and their values.
    static let names: SQL = "recurrence, series_id, occurrence_key, previous_id"

    static func values(_ task: TodoTask) throws -> SQL {
        let rule = task.recurrence
        return """
            \(try text(rule)), \(rule?.seriesId), \(rule?.occurrenceKey), \(rule?.previousId)
            """
    }

    static func assignment(_ task: TodoTask) throws -> SQL {
        let rule = task.recurrence
        return """
            recurrence = \(try text(rule)), series_id = \(rule?.seriesId),
            occurrence_key = \(rule?.occurrenceKey), previous_id = \(rule?.previousId)
            """
    }

    private static func text(_ rule: TaskRecurrence?) throws -> String? {
        try rule.map { String(decoding: try WireJSON.encode($0), as: UTF8.self) }
    }
}
