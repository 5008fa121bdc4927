import EventFlow
import Foundation
import Testing

@testable import TodoDomain

struct NextTaskTests {
    private let now = Date(timeIntervalSince1970: 1_796_126_400)

    private func task(reminders: String) throws -> TodoTask {
        let text = """
            {"title":"a","due":{"kind":"floating","local":"2026-12-01T09:00"},"reminders":\(reminders),
            "recurrence":{"rrule":"FREQ=WEEKLY"}}
            """
        var new = try WireJSON.decode(NewTask.self, from: Array(text.utf8))
        try new.validate()
        return TodoTask(id: UUID(), new: new, at: now)
    }

    private func next(_ task: TodoTask, at local: String) throws -> TodoTask {
        let scheduled = try #require(task.due)
        var due = scheduled
        due.local = local
        return task.next(UUID(), due: due, after: scheduled, at: now)
    }

    @Test func `reminders come along as others, at the same distance from the task`() throws {
        let first = try task(reminders: #"[{"before":"PT1H"},{"at":"2026-11-30T18:00"}]"#)
        let second = try next(first, at: "2026-12-08T09:00")
        #expect(
            second.reminders.map(\.moment) == [
                .before("PT1H", of: .due), .at(local: "2026-12-07T18:00", tz: nil),
            ])
        #expect(Set(first.reminders.map(\.id)).isDisjoint(with: second.reminders.map(\.id)))
        #expect(Set(second.reminders.map(\.id)).count == 2)
    }

    @Test func `what was put off is not put off the next time`() throws {
        var first = try task(reminders: #"[{"before":"PT1H"}]"#)
        first.reminders[0].snoozedUntil = now
        #expect(try next(first, at: "2026-12-08T09:00").reminders.map(\.snoozedUntil) == [nil])
    }
}
