import FoundationEssentials
import Postgres

/// All SQL of imports.
struct ImportStore: Sendable {
    let transaction: PostgresTransaction
    let user: UUID

    /// Keeps a part of an import's body. A user has one import on its way: the first part of another takes its place, so
    /// that what lies here is bounded.
    func keep(_ content: [UInt8], number: Int, of id: UUID, at now: Date) throws {
        if number == 0 {
            try transaction.send(
                "DELETE FROM tasks.import_part WHERE user_id = \(user) AND import_id <> \(id)")
        }
        try transaction.send(
            """
            INSERT INTO tasks.import_part (user_id, import_id, number, content, created_at)
            VALUES (\(user), \(id), \(number), \(content), \(now))
            ON CONFLICT (user_id, import_id, number) DO UPDATE SET content = excluded.content
            """)
    }

    /// One part; nil when there is none of that number.
    func part(_ number: Int, of id: UUID) async throws -> [UInt8]? {
        let rows = try await transaction.query(
            """
            SELECT content FROM tasks.import_part
            WHERE user_id = \(user) AND import_id = \(id) AND number = \(number)
            """)
        return try rows.first?.value("content", as: [UInt8].self)
    }

    func forget(_ id: UUID) throws {
        try transaction.send(
            "DELETE FROM tasks.import_part WHERE user_id = \(user) AND import_id = \(id)")
    }

    /// Two imports of one user come one after another: what the first made, the second finds.
    func takeTurn() async throws {
        _ = try await transaction.query(
            "SELECT pg_advisory_xact_lock(hashtextextended('tasks.import ' || \(user)::uuid, 0))")
    }

    /// What earlier imports made of these, as far as it is still there.
    func known(_ entity: String, _ ids: [String]) async throws -> [String: UUID] {
        let table: SQL = entity == "task" ? "tasks.task" : "tasks.template"
        var found: [String: UUID] = [:]
        for start in stride(from: 0, to: ids.count, by: 5000) {
            let portion = Array(ids[start..<min(start + 5000, ids.count)])
            // An export that comes back to where it was made names the things themselves.
            let own = portion.compactMap { UUID(uuidString: $0) }
            let rows = try await transaction.query(
                """
                SELECT known.external_id, known.entity_id FROM tasks.imported AS known
                JOIN \(fragment: table) AS thing ON thing.id = known.entity_id AND thing.user_id = \(user)
                WHERE known.user_id = \(user) AND known.entity = \(entity)
                  AND known.external_id = ANY (\(portion)::text[])
                UNION ALL
                SELECT id::text, id FROM \(fragment: table) WHERE user_id = \(user) AND id = ANY (\(own)::uuid[])
                """)
            for row in rows { found[try row.value(at: 0, as: String.self)] = try row.value(at: 1) }
        }
        return found
    }

    func remember(_ entity: String, _ made: [(external: String, id: UUID)]) throws {
        for start in stride(from: 0, to: made.count, by: 5000) {
            let portion = made[start..<min(start + 5000, made.count)]
            try transaction.send(
                """
                INSERT INTO tasks.imported (user_id, entity, external_id, entity_id)
                SELECT \(user), \(entity), made.external_id, made.entity_id
                FROM unnest(\(portion.map(\.external))::text[], \(portion.map(\.id))::uuid[])
                  AS made (external_id, entity_id)
                ON CONFLICT (user_id, entity, external_id) DO UPDATE SET entity_id = excluded.entity_id
                """)
        }
    }

    /// Removes parts of imports that were given up.
    static func prune(_ database: PostgresClient, upTo limit: Int) async throws -> Int {
        try await database.transaction(settings: ["app.pruning": "on"]) { transaction in
            try await transaction.execute(
                """
                DELETE FROM tasks.import_part WHERE (user_id, import_id, number) IN (
                  SELECT user_id, import_id, number FROM tasks.import_part
                  WHERE created_at < now() - interval '1 hour' LIMIT \(limit))
                """)
        }
    }
}
