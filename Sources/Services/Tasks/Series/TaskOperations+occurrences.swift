import EventFlow
import FoundationEssentials
import HTTPTypes
import ServiceKit
import TodoDomain

/// The next instance of a series, as the service that counts occurrences asks for it.
struct OccurrenceRequest: Decodable, Sendable {
    /// The instance that was completed, or left out.
    let taskID: UUID
    let seriesID: UUID
    /// When that was. An instance that is open again, or was completed anew, asks for something else.
    let completedAt: Date
    /// When the next one is due; nil when the rule has none.
    let due: DueTime?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case taskID, seriesID, completedAt, due
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        taskID = try values.decode(UUID.self, forKey: .taskID)
        seriesID = try values.decode(UUID.self, forKey: .seriesID)
        completedAt = try values.decode(Date.self, forKey: .completedAt)
        due = try values.decodeIfPresent(DueTime.self, forKey: .due)
    }

    func validate() throws {
        let mistakes = due?.mistakes(at: "/due") ?? []
        guard mistakes.isEmpty else { throw ValidationError(fields: mistakes) }
    }
}

extension TaskOperations {
    /// Makes the next instance, once: whoever asks again gets the one there is.
    func makeNext(_ body: OccurrenceRequest, _ request: WriteRequest) async throws -> TaskAnswer {
        guard request.caller.actor == .service else {
            throw Problem(.forbidden, "only services make instances of a series")
        }
        try body.validate()
        return try await write(request) { write in
            switch try await write.makeNext(body) {
            case .made(let task): try .created(task)
            case .there(let task): try TaskAnswer(task)
            case .ended: .gone()
            }
        }
    }
}

extension Write {
    enum NextInstance {
        case made(TodoTask)
        case there(TodoTask)
        case ended
    }

    mutating func makeNext(_ body: OccurrenceRequest) async throws -> NextInstance {
        try tasks.lockTree(of: user)
        guard let task = try await tasks.lock(body.taskID, of: user) else {
            throw Problem.notFound("there is no such task")
        }
        guard let rule = task.recurrence, rule.seriesId == body.seriesID,
            let left = task.deletedAt ?? task.completedAt, task.place != .open,
            Self.isSame(left, body.completedAt) || Self.isSame(task.completedAt, body.completedAt)
        else { throw Problem(.conflict, "the task is not what asked for the next one") }
        if let next = try await series.lockSuccessors(of: task.id).first { return .there(next) }
        if rule.catchUp != .each, let open = try await series.lockOpen(of: body.seriesID).first {
            return .there(open)
        }
        guard let due = body.due else {
            try await tellEnd(of: rule, .exhausted)
            return .ended
        }
        let base = try await series.base(of: task.id)
        guard let scheduled = task.scheduled(due: base.due) else { return .ended }
        var model = task
        model.revert(base)
        var next = model.next(identifiers.next(), due: due, after: scheduled, at: now)
        if let parent = next.parentId {
            let line = try await tasks.line(upFrom: parent, of: user)
            if TaskTree.refusal(of: nil, height: 1, below: line) != nil { next.parentId = nil }
        }
        try await insert(next)
        return .made(next)
    }

    /// The wire keeps milliseconds.
    private static func isSame(_ one: Date?, _ other: Date) -> Bool {
        one.map { abs($0.timeIntervalSince(other)) < 0.000_9 } ?? false
    }
}
