import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import TodoDomain

/// The use cases of tasks, each bound to the caller's user.
///
/// Every write has the same frame: one transaction that takes the request's key, locks the task's row, checks the
/// client's condition, asks the domain for the change, writes it with its event and its place in the log of changes, and
/// keeps the answer with the key. What is written needs no answer of the database and travels with COMMIT: a create is
/// one round trip, or two when the key has to be asked for.
struct TaskOperations: Sendable {
    let database: UserDatabase
    let outbox: Outbox
    var identifiers = EventIdentifier()
    var now: @Sendable () -> Date = { Date() }

    /// Creates a task and its event.
    func create(_ new: NewTask, _ request: WriteRequest) async throws -> TaskAnswer {
        try await write(request) { try .created(try await $0.create(new)) }
    }

    /// Does something to a task, and to what is below it as far as the act concerns that.
    func perform(
        _ act: TaskAct, on id: UUID, children: ChildrenPolicy = .complete, scope: EditScope? = nil,
        _ request: WriteRequest
    ) async throws -> TaskAnswer {
        try await write(request) { write in
            let task: TodoTask
            if case .delete = act {
                task = try await write.delete(
                    id, scope: scope, children: children, condition: request.condition)
            } else {
                task = try await write.perform(
                    act, on: id, children: children, condition: request.condition, scope: scope)
            }
            return task.deletedAt == nil ? try TaskAnswer(task) : .gone(id)
        }
    }

    /// Moves a task to another place.
    func move(_ id: UUID, to place: MoveRequest, _ request: WriteRequest) async throws -> TaskAnswer {
        var place = place
        try place.validate()
        return try await write(request) {
            try TaskAnswer(try await $0.move(id, to: place, condition: request.condition))
        }
    }

    /// One task; 404 when it is not there, in the trash, or somebody else's.
    func task(_ id: UUID, of caller: Caller) async throws -> TodoTask {
        guard let task = try await find(id, of: caller), task.deletedAt == nil else {
            throw Problem.notFound("there is no such task")
        }
        return task
    }

    /// One task in the trash; 404 when it is not there.
    func trashedTask(_ id: UUID, of caller: Caller) async throws -> TodoTask {
        guard let task = try await find(id, of: caller), task.deletedAt != nil else {
            throw Problem.notFound("there is no such task in the trash")
        }
        return task
    }

    private func find(_ id: UUID, of caller: Caller) async throws -> TodoTask? {
        try await TaskStore(connection: database.reading(for: caller.userID)).find(id, of: caller.userID)
    }
}
