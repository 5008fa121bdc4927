import Foundation
import Postgres
import Testing

/// The drill's own look into the databases of a platform, past every service.
struct DrillDatabase: Sendable {
    /// One event as the audit log holds it, in the order of recording.
    struct Entry: Sendable {
        let eventID: String
        let subject: String
        let sequence: Int
        let type: String
    }

    struct Row: Sendable, Equatable {
        let version: Int
        let isCompleted: Bool
        let isDeleted: Bool
    }

    private let todo: PostgresClient
    private let sidecar: PostgresClient

    init(_ platform: RunningPlatform) throws {
        let bytes = try Data(contentsOf: platform.data.appendingPathComponent("secrets.json"))
        let password = try #require(
            try JSONDecoder().decode([String: String].self, from: bytes)["postgres.superuser"])
        let base = "postgres://todo_admin:\(password)@127.0.0.1:\(platform.portBase + 62)"
        todo = PostgresClient(try PostgresConfiguration(url: "\(base)/todo?sslmode=disable"))
        sidecar = PostgresClient(try PostgresConfiguration(url: "\(base)/sidecar?sslmode=disable"))
    }

    func close() async {
        await todo.close()
        await sidecar.close()
    }

    func tasks() async throws -> [String: Row] {
        var found: [String: Row] = [:]
        for row in try await todo.query(
            """
            SELECT id::text, version, status = 'completed' AS completed, deleted_at IS NOT NULL AS deleted
            FROM tasks.task
            """)
        {
            found[try row.value("id")] = Row(
                version: try row.value("version"), isCompleted: try row.value("completed"),
                isDeleted: try row.value("deleted"))
        }
        return found
    }

    func auditEntries() async throws -> [Entry] {
        try await todo.query(
            """
            SELECT event_id, coalesce(subject, '') AS subject, coalesce(sequence, 0) AS sequence, type
            FROM audit.entry WHERE topic = 'todo.events' ORDER BY position
            """
        ).map { row in
            Entry(
                eventID: try row.value("event_id"), subject: try row.value("subject"),
                sequence: try row.value("sequence"), type: try row.value("type"))
        }
    }

    /// Events that wait in the outbox of tasks, and those that were set aside.
    func outbox() async throws -> (waiting: Int, parked: Int) {
        let row = try #require(
            try await todo.query(
                """
                SELECT count(*) FILTER (WHERE parked_at IS NULL) AS waiting,
                  count(*) FILTER (WHERE parked_at IS NOT NULL) AS parked FROM tasks.outbox
                """
            ).first)
        return (try row.value("waiting"), try row.value("parked"))
    }

    /// Records of the broker that the audit service has not finished.
    func undelivered() async throws -> Int {
        try await number(
            """
            SELECT coalesce(sum(p.next_offset - coalesce(g.next_offset, 0)), 0)::bigint AS number
            FROM broker.partition p LEFT JOIN broker.group_position g
              ON g.topic = p.topic AND g.partition = p.number AND g.consumer_group = 'audit'
            WHERE p.topic = 'todo.events'
            """)
    }

    func deadLetters() async throws -> Int {
        try await number(
            "SELECT count(*) AS number FROM broker.record WHERE topic LIKE '%.dlq'")
    }

    private func number(_ statement: SQL) async throws -> Int {
        try #require(try await sidecar.query(statement).first).value("number")
    }
}
