import EventFlow
import FoundationEssentials
import Metrics
import Postgres
import ServiceKit
import TodoDomain

/// The use cases of tasks, each bound to the caller's user.
struct TaskOperations: Sendable {
    let database: PostgresClient
    let outbox: Outbox
    var identifiers = EventIdentifier()
    var now: @Sendable () -> Date = { Date() }

    /// Creates a task and its event, in one transaction.
    func create(_ new: NewTask, by caller: Caller) async throws -> TodoTask {
        var new = new
        try new.validate()
        let task = TodoTask(id: identifiers.next(), new: new, at: wholeMilliseconds(now()))
        try await database.transaction { transaction in
            let store = TaskStore(connection: transaction)
            try await store.insert(task, of: caller.userID)
            try await announce(EventType.taskCreated, task, by: caller, in: transaction)
        }
        Counter(label: "todo.tasks.created", dimensions: [("source", source(of: caller))]).increment()
        return task
    }

    /// One task; 404 when it is not there or belongs to somebody else.
    func task(_ id: UUID, of caller: Caller) async throws -> TodoTask {
        guard let task = try await TaskStore(connection: database).find(id, of: caller.userID) else {
            throw Problem.notFound("there is no such task")
        }
        return task
    }

    /// A page of tasks, the newest first.
    func page(_ request: PageRequest, of caller: Caller) async throws -> Page<TodoTask> {
        let rows = try await TaskStore(connection: database)
            .list(of: caller.userID, before: request.cursor, limit: request.limit + 1)
        return Page(rows: rows, limit: request.limit) { PageCursor(lastID: $0.id).text }
    }

    /// Completes a task. Completing it again changes nothing and tells nobody.
    func complete(_ id: UUID, by caller: Caller) async throws -> TodoTask {
        let (task, changed) = try await database.transaction { transaction -> (TodoTask, Bool) in
            let store = TaskStore(connection: transaction)
            guard var task = try await store.lock(id, of: caller.userID) else {
                throw Problem.notFound("there is no such task")
            }
            guard task.status == .open else { return (task, false) }
            let instant = wholeMilliseconds(now())
            task.status = .completed
            task.completedAt = instant
            task.updatedAt = instant
            task.version += 1
            try await store.update(task, of: caller.userID)
            try await announce(EventType.taskCompleted, task, by: caller, in: transaction)
            return (task, true)
        }
        if changed {
            Counter(label: "todo.task.transitions", dimensions: [("from", "open"), ("to", "completed")])
                .increment()
        }
        return task
    }

    private func announce(
        _ type: String, _ task: TodoTask, by caller: Caller, in transaction: PostgresTransaction
    ) async throws {
        let id = task.id.lowercased
        try await outbox.append(
            OutgoingEvent(
                topic: Topic.tasks, type: type, subject: id, partitionKey: id, sequence: task.version,
                userID: caller.userID.lowercased, actor: caller.actor.rawValue,
                payload: TaskSnapshot(task: task)),
            in: transaction)
    }

    private func source(of caller: Caller) -> String {
        switch caller.actor {
        case .user: "api"
        case .agent, .mcp: "chat"
        case .service: "recurrence"
        }
    }

    /// The wire and the database keep milliseconds; an answer must equal what a later read gives.
    private func wholeMilliseconds(_ date: Date) -> Date {
        Date(timeIntervalSince1970: (date.timeIntervalSince1970 * 1000).rounded(.down) / 1000)
    }
}
