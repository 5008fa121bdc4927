import FoundationEssentials
import Postgres

/// All SQL of saved filters.
struct SavedFilterStore<Reader: StatementReader>: Sendable {
    let reader: Reader

    private static var columns: SQL { "id, name, filter, sort, version, created_at, updated_at" }

    func find(name: String, of user: UUID) async throws -> SavedFilter? {
        try await filters("name = \(name)", of: user).first
    }

    func find(_ id: UUID, of user: UUID) async throws -> SavedFilter? {
        try await filters("id = \(id)", of: user).first
    }

    /// All of them by name: there are no more than fit a page.
    func all(of user: UUID) async throws -> [SavedFilter] {
        try await filters("true", of: user)
    }

    fileprivate func filters(
        _ condition: SQL, of user: UUID, isLocked: Bool = false
    ) async throws -> [SavedFilter] {
        try await reader.query(
            """
            SELECT \(fragment: Self.columns) FROM tasks.saved_filter
            WHERE user_id = \(user) AND \(fragment: condition) ORDER BY name
            """ + (isLocked ? " FOR UPDATE" : "")
        ).map { row in
            SavedFilter(
                id: try row.value("id"), name: try row.value("name"), filter: try row.value("filter"),
                sort: try row.value("sort"), version: try row.value("version"),
                createdAt: try row.value("created_at"), updatedAt: try row.value("updated_at"))
        }
    }
}

extension SavedFilterStore<PostgresTransaction> {
    func lock(_ id: UUID, of user: UUID) async throws -> SavedFilter? {
        try await filters("id = \(id)", of: user, isLocked: true).first
    }

    /// Inserts a filter unless its user has as many as there may be; false then. Creates of one user take turns, so that
    /// none slips past the count.
    func insert(_ filter: SavedFilter, of user: UUID, most: Int) async throws -> Bool {
        _ = try await reader.query(
            "SELECT pg_advisory_xact_lock(hashtextextended('todo filters ' || \(user)::uuid, 0))")
        return try await reader.execute(
            """
            INSERT INTO tasks.saved_filter
              (id, user_id, name, filter, sort, version, created_at, updated_at)
            SELECT \(filter.id)::uuid, \(user)::uuid, \(filter.name)::text, \(filter.filter)::text,
              \(filter.sort)::text, \(filter.version)::bigint, \(filter.createdAt)::timestamptz,
              \(filter.updatedAt)::timestamptz
            WHERE (SELECT count(*) FROM tasks.saved_filter WHERE user_id = \(user)) < \(most)
            """) == 1
    }

    func update(_ filter: SavedFilter, of user: UUID) async throws {
        try await reader.execute(
            """
            UPDATE tasks.saved_filter SET name = \(filter.name), filter = \(filter.filter),
              sort = \(filter.sort), version = \(filter.version), updated_at = \(filter.updatedAt)
            WHERE id = \(filter.id) AND user_id = \(user)
            """)
    }

    func delete(_ id: UUID, of user: UUID) async throws {
        try await reader.execute(
            "DELETE FROM tasks.saved_filter WHERE id = \(id) AND user_id = \(user)")
    }
}
