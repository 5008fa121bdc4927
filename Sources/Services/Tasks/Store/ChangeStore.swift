import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// One thing that a write did, before it has its number.
struct MadeChange: Sendable {
    let entity: ChangedEntity
    let id: UUID
    /// The type of the event that tells it in full.
    let type: String
    let version: Int64
    /// JSON for the history; it holds what people wrote.
    let diff: [UInt8]
    /// Where a task went from and to; nil when it stayed, or is no task.
    var move: (from: TaskPlace, to: TaskPlace)?
}

/// One entry of the log.
struct LoggedChange: Sendable {
    let number: Int64
    let operation: UUID
    let entity: ChangedEntity
    let id: UUID
    let type: String
    let version: Int64
    let actor: String
    let at: Date
    let traceID: String?
    let diff: String
    /// Whether its write did more than can be undone; asked for in a history alone.
    var isOfMany = false

    init(_ row: PostgresRow) throws {
        number = try row.value("number")
        operation = try row.value("operation")
        entity = ChangedEntity(rawValue: try row.value("entity")) ?? .task
        id = try row.value("entity_id")
        type = try row.value("type")
        version = try row.value("version")
        actor = try row.value("actor")
        at = try row.value("at")
        traceID = try row.value("trace_id")
        diff = try row.value("diff")
    }
}

/// All SQL of the log of changes.
struct ChangeStore<Connection: StatementReader>: Sendable {
    let connection: Connection
    let user: UUID

    private static var columns: SQL {
        "number, operation, entity, entity_id, type, version, actor, at, trace_id"
    }

    /// A look at the feed at one moment: what came after a number, the oldest first and without the texts; the first
    /// number that is still there and the last one that was given out, both zero before any change. The first is one more
    /// than the last when all are forgotten.
    struct Feed: Sendable {
        var entries: [LoggedChange] = []
        var first: Int64 = 0
        var last: Int64 = 0
    }

    func feed(after number: Int64, limit: Int) async throws -> Feed {
        let rows = try await connection.query(
            """
            SELECT counter.last, coalesce(
              (SELECT old.number FROM tasks.change AS old WHERE old.user_id = \(user) ORDER BY old.number LIMIT 1),
              counter.last + 1) AS first, made.*
            FROM tasks.change_counter AS counter LEFT JOIN LATERAL (
              SELECT \(fragment: Self.columns), '' AS diff FROM tasks.change
              WHERE user_id = \(user) AND number > \(number) ORDER BY number LIMIT \(limit)) AS made ON true
            WHERE counter.user_id = \(user) ORDER BY made.number
            """)
        guard let row = rows.first else { return Feed() }
        let isEmpty = try row.value("number", as: Int64?.self) == nil
        return Feed(
            entries: isEmpty ? [] : try rows.map(LoggedChange.init), first: try row.value("first"),
            last: try row.value("last"))
    }

    /// What happened to one thing, the newest first.
    func history(
        of id: UUID, before number: Int64?, limit: Int, mostUndone: Int
    ) async throws -> [LoggedChange] {
        try await connection.query(
            """
            SELECT \(fragment: Self.columns), diff, EXISTS (
              SELECT FROM tasks.change AS beside WHERE beside.user_id = \(user)
                AND beside.operation = change.operation OFFSET \(mostUndone)) AS is_of_many
            FROM tasks.change
            WHERE user_id = \(user) AND entity_id = \(id) AND number < \(number ?? Int64.max)
            ORDER BY number DESC LIMIT \(limit)
            """
        ).map { row in
            var change = try LoggedChange(row)
            change.isOfMany = try row.value("is_of_many")
            return change
        }
    }

    /// What one write did, in its order.
    func operation(_ operation: UUID, limit: Int) async throws -> [LoggedChange] {
        try await connection.query(
            """
            SELECT \(fragment: Self.columns), diff FROM tasks.change
            WHERE user_id = \(user) AND operation = \(operation) ORDER BY number LIMIT \(limit)
            """
        ).map(LoggedChange.init)
    }
}

extension ChangeStore<PostgresTransaction> {
    /// Gives changes their numbers when the packet arrives, and leaves them in the log.
    ///
    /// The counter's row stays locked to the end of the transaction: numbers are in the order of commits, without gaps.
    /// It has to be the last lock that the transaction takes, because every write of the user waits for it.
    func record(_ changes: [MadeChange], operation: UUID, actor: String, at now: Date) throws {
        try connection.send(
            """
            WITH counted AS (
              INSERT INTO tasks.change_counter AS counter (user_id, last) VALUES (\(user), \(changes.count))
              ON CONFLICT (user_id) DO UPDATE SET last = counter.last + excluded.last RETURNING last)
            INSERT INTO tasks.change
              (user_id, number, operation, entity, entity_id, type, version, actor, at, trace_id, diff)
            SELECT \(user), counted.last - \(changes.count)::bigint + made.place, \(operation), made.entity,
              made.id, made.type, made.version, \(actor), \(now), \(TraceCarrier.currentTraceID), made.diff
            FROM counted, unnest(\(changes.map(\.entity.rawValue))::text[], \(changes.map(\.id))::uuid[],
              \(changes.map(\.type))::text[], \(changes.map(\.version))::bigint[],
              \(changes.map { String(decoding: $0.diff, as: UTF8.self) })::text[])
              WITH ORDINALITY AS made (entity, id, type, version, diff, place)
            """)
    }

    /// The number of a change that stands so many before the last one of this transaction.
    func number(before: Int) -> SQL {
        "(SELECT last FROM tasks.change_counter WHERE user_id = \(user)) - \(before)::bigint"
    }

    /// Uses an undo token up; false when that was done before.
    func use(_ operation: UUID, at now: Date) async throws -> Bool {
        try await connection.execute(
            """
            INSERT INTO tasks.undone (user_id, operation, at) VALUES (\(user), \(operation), \(now))
            ON CONFLICT DO NOTHING
            """) == 1
    }

    /// What is gone for good has no history that could be read.
    func eraseDiffs(of ids: [UUID]) throws {
        try connection.send(
            "UPDATE tasks.change SET diff = '[]' WHERE user_id = \(user) AND entity_id = ANY (\(ids)::uuid[])"
        )
    }
}

extension TraceCarrier {
    /// The trace that this happens in.
    fileprivate static var currentTraceID: String? {
        let parts = current().traceparent?.split(separator: "-") ?? []
        return parts.count == 4 ? String(parts[1]) : nil
    }
}
