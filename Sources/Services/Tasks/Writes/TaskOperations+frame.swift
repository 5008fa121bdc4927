import EventFlow
import FoundationEssentials
import HTTPTypes
import Metrics
import Postgres
import ServiceKit
import TodoDomain

/// The frame that every write has.
extension TaskOperations {
    /// Thrown to take everything back and still answer.
    private struct DryRun: Error {
        let answer: TaskAnswer
    }

    /// Runs a write in one transaction: takes the request's key, lets the body write, keeps the answer with the key, and
    /// numbers what was done. A failure inside rolls back the key with the rest, so that the request can be repeated.
    ///
    /// - Parameter isDry: whether everything is taken back at the end, and only the answer stays.
    func write(
        _ request: WriteRequest, isDry: Bool = false,
        _ body: (inout Write) async throws -> TaskAnswer
    ) async throws -> TaskAnswer {
        try await write(
            by: Writer(request.caller), repetition: request.repetition, isDry: isDry, body)
    }

    /// The same for a writer that no request names.
    func write(
        by writer: Writer, repetition: RepeatableRequest? = nil, isDry: Bool = false,
        _ body: (inout Write) async throws -> TaskAnswer
    ) async throws -> TaskAnswer {
        do {
            let (answer, changes) = try await database.transaction(for: writer.userID) {
                try await write(by: writer, repetition, isDry: isDry, in: $0, body)
            }
            if answer.isReplay { Counter(label: "todo.idempotency.replays").increment() }
            for change in changes { count(change, by: writer) }
            return answer
        } catch let dry as DryRun {
            return dry.answer
        }
    }

    private func write(
        by writer: Writer, _ repetition: RepeatableRequest?, isDry: Bool, in transaction: PostgresTransaction,
        _ body: (inout Write) async throws -> TaskAnswer
    ) async throws -> (TaskAnswer, [MadeChange]) {
        let keys = IdempotencyStore(transaction: transaction, user: writer.userID)
        if let repetition {
            switch try await keys.claim(repetition, at: now()) {
            case .first: break
            case .repeated(let answer): return (answer, [])
            case .otherBody:
                throw Problem(
                    .unprocessableContent, "this Idempotency-Key was used for a request with another body")
            }
        }
        var write = Write(
            in: transaction, by: writer, outbox: outbox, identifiers: identifiers,
            at: wholeMilliseconds(now()))
        var answer = try await body(&write)
        if isDry { throw DryRun(answer: answer) }
        if let token = write.undoToken { answer.headers["Undo-Token"] = token }
        if let repetition { try keys.keep(answer, for: repetition) }
        try await write.record()
        return (answer, write.changes)
    }

    private func count(_ change: MadeChange, by writer: Writer) {
        switch (change.type, change.move) {
        case (EventType.taskCreated, _):
            Counter(label: "todo.tasks.created", dimensions: [("source", source(of: writer))]).increment()
        case (EventType.taskPurged, _):
            Counter(label: "todo.tasks.purged").increment()
        case (_, let move?) where move.from != move.to:
            Counter(
                label: "todo.task.transitions",
                dimensions: [("from", move.from.rawValue), ("to", move.to.rawValue)]
            ).increment()
        case (_, _?):
            Counter(label: "todo.task.updates").increment()
        case (_, nil):
            Counter(label: "todo.collections.updates", dimensions: [("entity", change.entity.rawValue)])
                .increment()
        }
    }

    private func source(of writer: Writer) -> String {
        switch writer.actor {
        case .user: "api"
        case .agent, .mcp: "chat"
        case .service: "recurrence"
        }
    }

    /// The wire and the database keep milliseconds; an answer must equal what a later read gives.
    func wholeMilliseconds(_ date: Date) -> Date {
        Date(timeIntervalSince1970: (date.timeIntervalSince1970 * 1000).rounded(.down) / 1000)
    }
}
