import EventFlow
import FoundationEssentials
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

/// What writes itself must not differ by a byte from what the generic coder writes: clients and consumers compare,
/// keep and hash these bodies.
struct TaskJSONTests {
    private struct Plain<Value: Encodable>: Encodable {
        let value: Value
        func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
    }

    /// Numbers that are the same in every run.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static let pieces = [
        "milk", " ", "\"", "\\", "/", "\n", "\t", "\r", "\u{08}", "\u{0C}", "\u{01}", "\u{1F}", "\u{7F}", "é",
        "e\u{301}",
        "日本", "👩‍👩‍👧", "\u{2028}", "<b>", "&", "\u{0}", "\u{FEFF}", "'", "%", "{}", "[1,2]", "null",
    ]

    private func text(_ numbers: inout Numbers) -> String {
        (0..<Int.random(in: 0...12, using: &numbers))
            .map { _ in Self.pieces.randomElement(using: &numbers) ?? "" }.joined()
    }

    private func date(_ numbers: inout Numbers) -> Date {
        Date(timeIntervalSince1970: Double(Int64.random(in: 0...4_000_000_000_000, using: &numbers)) / 1000)
    }

    private func task(_ numbers: inout Numbers) -> TodoTask {
        func perhaps<Value>(_ value: Value) -> Value? { Bool.random(using: &numbers) ? value : nil }
        let due = DueTime(
            kind: DueTime.Kind.allCases.randomElement(using: &numbers) ?? .date, local: text(&numbers),
            tz: perhaps(text(&numbers)))
        return TodoTask(
            id: UUID(), title: text(&numbers), description: perhaps(text(&numbers)),
            priority: TaskPriority.allCases.randomElement(using: &numbers) ?? .none,
            tags: (0..<Int.random(in: 0...4, using: &numbers)).map { _ in text(&numbers) },
            list: perhaps(text(&numbers)), due: perhaps(due),
            status: Bool.random(using: &numbers) ? .open : .completed,
            version: Int64.random(in: 1...Int64.max, using: &numbers), createdAt: date(&numbers),
            updatedAt: date(&numbers), completedAt: perhaps(date(&numbers)),
            deletedAt: perhaps(date(&numbers)), recurrence: perhaps(recurrence(&numbers)))
    }

    private func recurrence(_ numbers: inout Numbers) -> TaskRecurrence {
        func perhaps<Value>(_ value: Value) -> Value? { Bool.random(using: &numbers) ? value : nil }
        var rule = TaskRecurrence(rrule: text(&numbers), skip: .backward, catchUp: .each)
        (rule.start, rule.occurrenceKey) = (perhaps(text(&numbers)), perhaps(text(&numbers)))
        (rule.seriesId, rule.previousId) = (perhaps(UUID()), perhaps(UUID()))
        (rule.position, rule.version) = (perhaps(7), perhaps(8))
        rule.excluded = perhaps([text(&numbers), text(&numbers)])
        return rule
    }

    private func expectSame(_ value: some Encodable & JSONWritable) throws {
        let written = String(decoding: try WireJSON.encode(value), as: UTF8.self)
        let encoded = String(decoding: try WireJSON.encode(Plain(value: value)), as: UTF8.self)
        #expect(written == encoded)
    }

    @Test func `a task, an event and a page are what the generic coder makes of them`() throws {
        var numbers = Numbers(state: 4711)
        for _ in 0..<1000 {
            let task = task(&numbers)
            try expectSame(task)
            try expectSame(TaskSnapshot(task: task))
            let fields = TaskField.allCases.filter { _ in Bool.random(using: &numbers) }
            try expectSame(TaskSnapshot(task: task, changedFields: fields))
        }
        for count in [0, 1, 2, 51] {
            let tasks = (0..<count).map { _ in task(&numbers) }
            for limit in [1, 50, 100] {
                try expectSame(Page(rows: tasks, limit: limit) { $0.id.lowercased })
            }
        }
    }
}
