import EventFlow
import FoundationEssentials
import HTTPTypes
import Metrics
import Postgres
import ServiceKit
import TodoDomain

/// The use cases of tasks, each bound to the caller's user.
///
/// Every write has the same frame: one transaction that takes the request's key, locks the task's row, checks the
/// client's condition, asks the domain for the change, writes it with its event, and keeps the answer with the key.
/// What is written needs no answer of the database and travels with COMMIT: a create is one round trip, or two when the
/// key has to be asked for.
struct TaskOperations: Sendable {
    let database: UserDatabase
    let outbox: Outbox
    var identifiers = EventIdentifier()
    var now: @Sendable () -> Date = { Date() }

    /// Creates a task and its event.
    func create(_ new: NewTask, _ request: WriteRequest) async throws -> TaskAnswer {
        var new = new
        try new.validate()
        let task = TodoTask(id: identifiers.next(), new: new, at: wholeMilliseconds(now()))
        let answer = try await write(request) { transaction in
            try TaskStore(connection: transaction).insert(task, of: request.caller.userID)
            try await announce(
                EventType.taskCreated, TaskSnapshot(task: task), by: request.caller, in: transaction)
            return (try .created(task), nil)
        }
        if !answer.isReplay {
            Counter(label: "todo.tasks.created", dimensions: [("source", source(of: request.caller))])
                .increment()
        }
        return answer
    }

    /// Does something to a task. What was so already changes nothing and tells nobody.
    func perform(_ act: TaskAct, on id: UUID, _ request: WriteRequest) async throws -> TaskAnswer {
        try await write(request) { transaction in
            let user = request.caller.userID
            let store = TaskStore(connection: transaction)
            guard var task = try await store.lock(id, of: user), task.admits(act) else {
                throw Problem.notFound("there is no such task")
            }
            try request.condition?.require(version: task.version)
            let change = try task.perform(act, at: wholeMilliseconds(now()))
            if let change {
                try store.update(task, changed: change.changedFields, of: user)
                let fields = change.changedFields.isEmpty ? nil : change.changedFields
                try await announce(
                    change.eventType, TaskSnapshot(task: task, changedFields: fields), by: request.caller,
                    in: transaction)
            }
            return (task.deletedAt == nil ? try TaskAnswer(task) : .gone(id), change)
        }
    }

    /// One task; 404 when it is not there, in the trash, or somebody else's.
    func task(_ id: UUID, of caller: Caller) async throws -> TodoTask {
        let task = try await TaskStore(connection: database.reading(for: caller.userID))
            .find(id, of: caller.userID)
        guard let task, task.deletedAt == nil else { throw Problem.notFound("there is no such task") }
        return task
    }

    /// The frame of a write. A failure inside rolls back the key with the rest, so that the request can be repeated.
    private func write(
        _ request: WriteRequest,
        _ body: (PostgresTransaction) async throws -> (TaskAnswer, TaskChange?)
    ) async throws -> TaskAnswer {
        let user = request.caller.userID
        let (answer, change) = try await database.transaction(for: user) { transaction in
            guard let repetition = request.repetition else { return try await body(transaction) }
            let keys = IdempotencyStore(transaction: transaction, user: user)
            switch try await keys.claim(repetition, at: now()) {
            case .first: break
            case .repeated(let answer): return (answer, nil)
            case .otherBody:
                throw Problem(
                    .unprocessableContent, "this Idempotency-Key was used for a request with another body")
            }
            let outcome = try await body(transaction)
            try keys.keep(outcome.0, for: repetition)
            return outcome
        }
        if answer.isReplay { Counter(label: "todo.idempotency.replays").increment() }
        if let change { count(change) }
        return answer
    }

    private func count(_ change: TaskChange) {
        guard change.from != change.to else {
            Counter(label: "todo.task.updates").increment()
            return
        }
        Counter(
            label: "todo.task.transitions",
            dimensions: [("from", change.from.rawValue), ("to", change.to.rawValue)]
        ).increment()
    }

    private func announce(
        _ type: String, _ snapshot: TaskSnapshot, by caller: Caller, in transaction: PostgresTransaction
    ) async throws {
        let id = snapshot.task.id.lowercased
        try await outbox.append(
            OutgoingEvent(
                topic: Topic.tasks, type: type, subject: id, partitionKey: id,
                sequence: snapshot.task.version, userID: caller.userID.lowercased,
                actor: caller.actor.rawValue, payload: snapshot),
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
