import EventFlow
import FoundationEssentials
import HTTPTypes
import Metrics
import ServiceKit
import TodoDomain
import Tracing

/// What a client sends to have a write undone.
struct UndoRequest: Sendable, Decodable {
    let token: String
    /// Also when something was changed since: then only what the write changed goes back.
    let force: Bool

    enum CodingKeys: String, CodingKey, CaseIterable {
        case token, force
    }

    init(token: String, force: Bool = false) {
        self.token = token
        self.force = force
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        token = try values.decode(String.self, forKey: .token)
        force = try values.decodeIfPresent(Bool.self, forKey: .force) ?? false
    }
}

/// The tasks after several were written at once.
struct TasksAnswer: Sendable, Codable {
    /// Most tasks that an answer shows; of more it tells the number.
    static let shown = 200
    /// How many there are.
    let changed: Int
    /// Nil when there are too many to show.
    let items: [TodoTask]?
    let undoToken: String?

    init(_ tasks: [TodoTask], undoToken: String?) {
        changed = tasks.count
        items = tasks.count <= Self.shown ? tasks : nil
        self.undoToken = undoToken
    }
}

extension TaskOperations {
    /// How long a write can be undone.
    static let undoLifetime: TimeInterval = 24 * 60 * 60

    /// Undoes a write, which is a write and can be undone itself.
    func undo(_ body: UndoRequest, _ request: WriteRequest) async throws -> TaskAnswer {
        do {
            let answer = try await write(request) { write in
                guard let token = UndoToken(text: body.token) else { throw Self.noSuchToken }
                let most = Write.mostUndone
                let entries = try await write.log.operation(token.operation, limit: most + 1)
                guard let first = entries.first, !entries.contains(where: { $0.type == EventType.taskPurged })
                else { throw Self.noSuchToken }
                guard first.at > write.now.addingTimeInterval(-Self.undoLifetime) else {
                    throw Problem(.gone, "the undo token is older than 24 hours")
                }
                guard entries.count <= most else {
                    throw Problem(
                        .unprocessableContent, "a write of more than \(most) changes cannot be undone")
                }
                guard try await write.log.use(token.operation, at: write.now) else {
                    throw Problem(.conflict, "the undo token was used already")
                }
                let tasks = try await write.revert(entries, isForced: body.force)
                return try TaskAnswer(json: TasksAnswer(tasks, undoToken: write.undoToken))
            }
            Counter(label: "todo.undo.requests", dimensions: [("outcome", "undone")]).increment()
            return answer
        } catch let problem as Problem {
            Counter(label: "todo.undo.requests", dimensions: [("outcome", "refused")]).increment()
            throw problem
        }
    }

    private static var noSuchToken: Problem { .notFound("there is no such undo token") }
}
