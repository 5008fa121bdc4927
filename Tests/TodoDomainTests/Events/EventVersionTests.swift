import EventFlow
import Foundation
import Testing

@testable import TodoDomain

/// Old and new run side by side: N is this code, N+1 the one that will be deployed next to it.
struct EventVersionTests {
    @Test(arguments: EventCatalogue.platform.definitions)
    func `N reads N+1: members that it does not know are passed over, at every depth`(
        _ definition: EventDefinition
    ) throws {
        let data = try #require(try EventGoldenTests.event(definition.type)["data"])
        let next = data.mapObjects(definition.schema) {
            [.init("addedLater", ["deep": [1, .null]])] + $0 + [.init("Ünknown", "x")]
        }
        #expect(next != data)
        #expect(definition.verdict(on: next) == .valid)
        #expect(try definition.readAndWrite(next) == data.sorted)
    }

    @Test(arguments: EventCatalogue.platform.definitions)
    func `N reads N+1: words of an open list are kept, words of a closed one are refused`(
        _ definition: EventDefinition
    ) throws {
        let tomorrow = JSONTree.text("wordOf_tomorrow")
        func replaced(_ data: JSONTree, open: Bool) -> JSONTree {
            data.mapWords(definition.schema) { $0 == open ? tomorrow : nil }
        }
        let data = try #require(try EventGoldenTests.event(definition.type)["data"])
        let opened = replaced(data, open: true)
        #expect(definition.verdict(on: opened) == .valid)
        #expect(try definition.readAndWrite(opened) == opened.sorted)
        let closed = replaced(data, open: false)
        if closed != data {
            guard case .violation(let violation) = definition.verdict(on: closed) else {
                Issue.record("a word of tomorrow was accepted")
                return
            }
            #expect(violation.reason == .unknownValue)
        }
    }

    /// `TaskSnapshot` as a later publisher of version 1 may have it: more members, all of which may be missing.
    private struct NextSnapshot: Codable {
        struct NextTask: Codable {
            struct Estimate: Codable {
                var minutes: Int
            }
            var id: String
            var title: String
            var version: Int64
            var priority: String
            var status: String
            var tags: [String]
            var createdAt: Date
            var updatedAt: Date
            var estimate: Estimate?
        }
        var task: NextTask
        var changedFields: [String]?
        var cause: String?
    }

    @Test func `N+1 reads N: what is new is missing there`() throws {
        for type in [EventType.taskCreated, EventType.taskUpdated, EventType.taskDeleted] {
            let data = try #require(try EventGoldenTests.event(type)["data"])
            let next = try WireJSON.decode(NextSnapshot.self, from: Array(data.compact.utf8))
            #expect(next.task.title == "Buy milk" && next.task.estimate == nil && next.cause == nil)
        }
    }

    @Test func `N reads what N+1 writes, with a field that it has never heard of among the changed ones`()
        throws
    {
        let data = try #require(try EventGoldenTests.event(EventType.taskUpdated)["data"])
        var next = try WireJSON.decode(NextSnapshot.self, from: Array(data.compact.utf8))
        next.task.estimate = NextSnapshot.NextTask.Estimate(minutes: 30)
        next.changedFields = ["estimate", "title"]
        next.cause = "import"
        let bytes = try WireJSON.encode(next)
        #expect(EventCatalogue.platform.verdict(onType: EventType.taskUpdated, data: bytes) == .valid)
        let read = try WireJSON.decode(TaskSnapshot.self, from: bytes)
        #expect(read.task.title == next.task.title)
        #expect(read.changedFields?.map(\.known) == [nil, .title])
        #expect(read.changedFields?.map(\.text) == ["estimate", "title"])
    }

    @Test func `a due time of N+1 is read, while a client is still told about its misspelt member`() throws {
        let due = #"{"kind":"date","local":"2026-12-01","precision":"day"}"#
        #expect(try JSONDecoder().decode(DueTime.self, from: Data(due.utf8)).kind == .date)
        let new = #"{"title":"milk","due":\#(due)}"#
        let error = #expect(throws: ValidationError.self) {
            _ = try JSONDecoder().decode(NewTask.self, from: Data(new.utf8))
        }
        #expect(error?.fields.map(\.pointer) == ["/due/precision"])
    }

    @Test func `the schemas of N and N+1 accept each other's payloads`() throws {
        let now = TodoTask.schema
        let next = ObjectSchema(
            now.name, now.summary, now.members + [.optional("estimate", .count, "minutes")])
        let task = try #require(try EventGoldenTests.event(EventType.taskCreated)["data"]?["task"])
        #expect(next.violation(in: task) == nil)
        #expect(now.violation(in: task.with("estimate", 30)) == nil)
        #expect(next.violation(in: task.with("estimate", "30"))?.description == "wrong_type /estimate")
    }
}

extension JSONTree {
    /// Replaces words of lists of words; the closure is told whether the list is open, and nil keeps the word.
    fileprivate func mapWords(_ schema: ObjectSchema, _ change: (Bool) -> JSONTree?) -> JSONTree {
        replacingWords(schema, change)
    }

    private func replacingWords(_ schema: ObjectSchema, _ change: (Bool) -> JSONTree?) -> JSONTree {
        guard case .object(let members) = self else { return self }
        return .object(
            members.map { member in
                guard let rule = schema.members.first(where: { $0.name == member.name }) else {
                    return member
                }
                return Member(member.name, member.value.replacingWords(rule.value, change))
            })
    }

    private func replacingWords(_ schema: ValueSchema, _ change: (Bool) -> JSONTree?) -> JSONTree {
        switch (schema, self) {
        case (.word, _): change(false) ?? self
        case (.openWord, _): change(true) ?? self
        case (.object(let inner), _): replacingWords(inner, change)
        case (.list(let item, _, let isSet), .list(let items)):
            // Of a set only the first, or the new word would be there twice.
            .list(
                items.enumerated().map { index, value in
                    isSet && index > 0 ? value : value.replacingWords(item, change)
                })
        default: self
        }
    }
}
