import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import TodoDomain

/// One change made to many tasks, each of which gets a version, an event and its place in the history.
extension Write {
    /// Most tasks that one request rewrites: it all happens in one transaction, in which the user's other writes wait.
    static let mostRewritten = 10_000
    /// Most changes of a write that can be undone: as many as one request rewrites, with the lists they are in.
    static let mostUndone = 11_000
    /// Statements that are left to travel together; more are held in memory.
    private static let portion = 100

    /// Locks the tasks that a condition describes, and refuses when there are too many.
    func lockAll(_ condition: TaskCondition) async throws -> [TodoTask] {
        let found = try await tasks.lock(condition.sql, of: user, limit: Self.mostRewritten + 1)
        guard found.count <= Self.mostRewritten else {
            throw Problem(
                .unprocessableContent, "more than \(Self.mostRewritten) tasks would be rewritten at once")
        }
        return found
    }

    /// Changes tasks that are locked.
    mutating func rewrite(_ found: [TodoTask], _ change: (inout TodoTask) -> Void) async throws {
        for (index, before) in found.enumerated() {
            var state = before
            change(&state)
            var task = before
            let change = task.become(state, at: now)
            try await update(task, from: before, change)
            try await settle(after: index + 1)
        }
    }

    /// Waits for what was left to travel, each time that a portion of it is held in memory.
    func settle(after count: Int) async throws {
        if count % Self.portion == 0 { try await transaction.execute("SELECT 1") }
    }
}
