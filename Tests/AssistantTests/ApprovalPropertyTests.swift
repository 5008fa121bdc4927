import Foundation
import Postgres
import TestSupport
import Testing
import TodoDomain

@testable import Assistant

extension AssistantOnPostgres {
    /// Users, strangers, late and altered answers in any order, against a model of what may be deleted.
    @Suite struct ApprovalPropertyTests {
        @Test(arguments: [1, 2, 3, 4] as [UInt64])
        func `whatever is answered when and by whom, a fresh yes alone deletes, and exactly what was asked`(
            seed: UInt64
        ) async throws {
            var walk = try await ApprovalWalk(seed: seed)
            for step in 0..<70 {
                let before = walk.deleted
                let allowed = try await walk.step()
                #expect(walk.deleted.subtracting(before) == allowed, "seed \(seed), step \(step)")
            }
            #expect(walk.approvals > 0 && walk.refusals > 0)
            await walk.rig.close()
        }
    }
}

/// A random walk over everything that people and attackers can do with questions, and what each step may delete.
struct ApprovalWalk {
    private struct Question {
        let id: String
        let user: UUID
        let conversation: String
        let ids: Set<String>
        let expiresAt: Date
        var isOpen = true
    }

    let rig: AssistantRig
    private let operations: ChatOperations
    private let users = [UUID(), UUID()]
    private var random: SeededRandom
    private var conversations: [UUID: [String]] = [:]
    private var questions: [Question] = []
    private(set) var approvals = 0
    private(set) var refusals = 0

    init(seed: UInt64) async throws {
        random = SeededRandom(seed)
        rig = try await AssistantRig()
        // Does what the message says: the ids to delete, as they stand there.
        operations = rig.operations(
            ScriptedModel { request in
                let start = request.messages.lastIndex { $0.role == .user } ?? 0
                let words = request.messages[start].text.split(separator: " ").map(String.init)
                guard words.first == "delete", request.messages.count == start + 1 else {
                    return ModelReply(text: "ok")
                }
                let ids = JSONTree.list(words.dropFirst().map { .text($0) })
                let arguments = JSONTree.object([.init("ids", ids)]).compact
                return ModelReply(
                    calls: [
                        .init(id: "a", name: "delete_task", arguments: arguments),
                        .init(id: "b", name: "delete_task", arguments: arguments),
                    ], finish: .toolCalls)
            })
        for user in users {
            for number in 0..<12 { rig.api.add(["title": .text("task \(number)")], of: user) }
            for _ in 0..<2 {
                let answer = try await rig.say("hello", to: operations, as: user)
                conversations[user, default: []].append(answer.conversationId)
            }
        }
    }

    var deleted: Set<String> { Set(rig.api.snapshot.filter(\.value.isDeleted).keys) }

    /// One step; what it may delete.
    mutating func step() async throws -> Set<String> {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...3: try await ask()
        case 4...6: return try await press()
        case 7: return try await sayYes()
        case 8: rig.clock.advance(Double.random(in: 1...200, using: &random))
        default: try await alter()
        }
        return []
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value? { values.randomElement(using: &random) }

    private mutating func place() -> (user: UUID, conversation: String) {
        let user = users[Int.random(in: 0..<2, using: &random)]
        let talks = conversations[user] ?? []
        return (user, talks[Int.random(in: 0..<talks.count, using: &random)])
    }

    private mutating func ask() async throws {
        let (user, conversation) = place()
        // Now and then of somebody else, or gone already.
        let own = rig.api.snapshot.filter {
            $0.value.owner == user || Int.random(in: 0..<20, using: &random) == 0
        }
        let ids = Array(
            own.keys.sorted().shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)))
        let answer = try await rig.say(
            "delete \(ids.joined(separator: " "))", to: operations, as: user, in: conversation)
        close(conversation)
        guard let asked = answer.confirmation else { return }
        questions.append(
            Question(
                id: asked.id, user: user, conversation: conversation, ids: Set(ids),
                expiresAt: asked.expiresAt))
    }

    /// The talk went on: what waited there does not any more.
    private mutating func close(_ conversation: String) {
        for index in questions.indices where questions[index].conversation == conversation {
            questions[index].isOpen = false
        }
    }

    private mutating func press() async throws -> Set<String> {
        guard let index = questions.indices.randomElement(using: &random) else { return [] }
        let question = questions[index]
        var (user, conversation) = (question.user, question.conversation)
        if Int.random(in: 0..<3, using: &random) == 0 { (user, conversation) = place() }
        let accepts = Int.random(in: 0..<4, using: &random) > 0
        let isFresh = isFresh(question) && question.user == user && question.conversation == conversation
        let allowed = isFresh && accepts ? possible(question) : []
        _ = try await rig.say(
            "", to: operations, as: user, in: conversation, confirm: (question.id, accepts))
        if isFresh { questions[index].isOpen = false } else { refusals += 1 }
        if isFresh, accepts { approvals += 1 }
        return allowed
    }

    private mutating func sayYes() async throws -> Set<String> {
        let (user, conversation) = place()
        let meant = questions.last { $0.conversation == conversation && isFresh($0) }
        let allowed = meant.map(possible) ?? []
        _ = try await rig.say("Yes, please!", to: operations, as: user, in: conversation)
        close(conversation)
        if meant != nil { approvals += 1 }
        return allowed
    }

    private func isFresh(_ question: Question) -> Bool {
        question.isOpen && rig.clock.now < question.expiresAt
    }

    /// All or nothing: what is gone meanwhile makes the whole fail.
    private func possible(_ question: Question) -> Set<String> {
        question.ids.isDisjoint(with: deleted) ? question.ids : []
    }

    /// Somebody writes other arguments into a row that waits.
    private mutating func alter() async throws {
        guard let index = questions.indices.randomElement(using: &random), questions[index].isOpen,
            let id = UUID(uuidString: questions[index].id)
        else { return }
        let other = rig.api.add(["title": "not meant"], of: questions[index].user)
        let arguments = JSONTree.object([.init("ids", .list([.text(other)]))]).compact
        try await rig.database.execute(
            "UPDATE assistant.confirmation SET arguments = \(arguments) WHERE id = \(id)")
        questions[index].isOpen = false
    }
}
