import EventFlow
import FoundationEssentials
import HTTPTypes
import Metrics
import ServiceKit
import TodoDomain

/// What became of each item of a bulk request.
struct BulkAnswer: Sendable, Codable {
    /// One item.
    struct Item: Sendable, Codable {
        let index: Int
        let status: Int
        /// The task after the write; nil when it failed or went to the trash.
        var task: TodoTask?
        var problem: ItemProblem?
    }

    /// Why an item failed, in the members of RFC 9457.
    struct ItemProblem: Sendable, Codable {
        let title: String
        let status: Int
        let detail: String?
        let errors: [FieldError]?
    }

    let items: [Item]
    /// Whether anything took place: not of a dry run, and not of an atomic request with a failure.
    let applied: Bool
    var undoToken: String?
}

extension TaskOperations {
    /// Does several things in one transaction. An item that is refused leaves the others alone, unless all or nothing is
    /// asked for. What the database itself refuses takes everything back.
    func bulk(_ body: BulkRequest, _ request: WriteRequest) async throws -> TaskAnswer {
        do {
            let answer = try await write(request, isDry: body.isDry) { try await Self.answer(body, in: &$0) }
            Self.count(body, "answered")
            return answer
        } catch let refused as Refused {
            Self.count(body, "taken_back")
            return refused.answer
        }
    }

    /// Takes everything back and still answers.
    private struct Refused: Error {
        let answer: TaskAnswer
    }

    private static func answer(_ body: BulkRequest, in write: inout Write) async throws -> TaskAnswer {
        let items = try await run(body, in: &write)
        if body.isAtomic, items.contains(where: { $0.status >= 400 }) {
            let answer = BulkAnswer(items: items.map(leftAlone), applied: false)
            throw Refused(answer: try TaskAnswer(json: answer, status: 422))
        }
        return try TaskAnswer(
            json: BulkAnswer(
                items: items, applied: !body.isDry && !write.changes.isEmpty,
                undoToken: body.isDry ? nil : write.undoToken))
    }

    private static func count(_ body: BulkRequest, _ outcome: String) {
        Counter(label: "todo.bulk.requests", dimensions: [("outcome", body.isDry ? "dry_run" : outcome)])
            .increment()
        Recorder(label: "todo.bulk.items").record(body.items.count)
    }

    private static func run(_ body: BulkRequest, in write: inout Write) async throws -> [BulkAnswer.Item] {
        let ids = Set(body.items.flatMap(\.ids))
        var held: [UUID: TodoTask] = [:]
        if !ids.isEmpty {
            // All locks first and in one order: two requests that name the same tasks must not wait for each other.
            try write.tasks.lockTree(of: write.user)
            for task in try await write.tasks.lock(Array(ids), of: write.user) { held[task.id] = task }
        }
        let restored = body.items.compactMap(\.restored)
        let lines = restored.count > 1 ? try await write.tasks.lines(above: restored, of: write.user) : [:]
        var items: [BulkAnswer.Item] = []
        for index in body.order(below: lines) {
            do {
                items.append(try await run(body.items[index], at: index, held, in: &write))
            } catch let problem as Problem {
                items.append(failure(problem, at: index))
            } catch let error as ValidationError {
                items.append(failure(Problem(of: error), at: index))
            }
        }
        return items.sorted { $0.index < $1.index }
    }

    private static func run(
        _ item: BulkItem, at index: Int, _ held: [UUID: TodoTask], in write: inout Write
    ) async throws -> BulkAnswer.Item {
        switch try item.work.get() {
        case .create(let new):
            let task = try await located("/items/\(index)/task") { try await write.create(new) }
            return BulkAnswer.Item(index: index, status: 201, task: task)
        case .act(let act, let id, let children, var condition):
            if let before = held[id], write.hasDone(act, to: id) {
                // It went along with another one; whoever asks for both knows it as it was before that.
                try condition?.require(version: before.version)
                if case .delete = act { return BulkAnswer.Item(index: index, status: 204) }
                condition = nil
            }
            let pointer = if case .patch = act { "/items/\(index)/patch" } else { "/items/\(index)" }
            let task = try await located(pointer) {
                [condition] in
                try await write.perform(act, on: id, children: children, condition: condition)
            }
            let isGone = task.deletedAt != nil
            return BulkAnswer.Item(index: index, status: isGone ? 204 : 200, task: isGone ? nil : task)
        case .move(let place, let id, let condition):
            let task = try await located("/items/\(index)/to") {
                var place = place
                try place.validate()
                return try await write.move(id, to: place, condition: condition)
            }
            return BulkAnswer.Item(index: index, status: 200, task: task)
        }
    }

    /// Mistakes are named with their place in the whole body.
    private static func located<T>(_ pointer: String, _ work: () async throws -> T) async throws -> T {
        do {
            return try await work()
        } catch let error as ValidationError {
            throw ValidationError(
                fields: error.fields.map { FieldError(pointer: pointer + $0.pointer, detail: $0.detail) })
        }
    }

    private static func failure(_ problem: Problem, at index: Int) -> BulkAnswer.Item {
        BulkAnswer.Item(
            index: index, status: problem.status.code,
            problem: BulkAnswer.ItemProblem(
                title: problem.status.reasonPhrase, status: problem.status.code, detail: problem.detail,
                errors: problem.fields.isEmpty ? nil : problem.fields))
    }

    /// What would have succeeded did not take place because of another item.
    private static func leftAlone(_ item: BulkAnswer.Item) -> BulkAnswer.Item {
        guard item.status < 400 else { return item }
        let status = HTTPResponse.Status(code: 424, reasonPhrase: "Failed Dependency")
        return failure(Problem(status, "another item failed"), at: item.index)
    }
}

extension Problem {
    fileprivate init(of error: ValidationError) {
        self.init(
            .unprocessableContent, "the item has fields that are not acceptable", fields: error.fields)
    }
}
