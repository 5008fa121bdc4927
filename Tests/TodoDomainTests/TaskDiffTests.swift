import EventFlow
import FoundationEssentials
import Testing

@testable import TodoDomain

struct TaskDiffTests {
    private let task = TodoTask(
        id: UUID(), title: "2026-11-21T09:30:00.000Z", description: "two", priority: .high, tags: ["a", "b"],
        list: "Shop", due: DueTime(kind: .date, local: "2026-12-01"), status: .open, version: 4,
        createdAt: Date(timeIntervalSince1970: 1_790_000_000),
        updatedAt: Date(timeIntervalSince1970: 1_790_000_000), completedAt: nil, position: "a")

    @Test func `a diff is read as it was written, and takes the task back`() throws {
        var after = task
        after.title = "other"
        (after.description, after.tags, after.list, after.due) = (nil, [], nil, nil)
        after.start = DueTime(kind: .zoned, local: "2026-12-01T09:00", tz: "Europe/Oslo")
        (after.parentId, after.position, after.priority) = (UUID(), "b", .none)
        (after.status, after.completedAt) = (.completed, Date(timeIntervalSince1970: 1_790_000_001))
        after.deletedAt = Date(timeIntervalSince1970: 1_790_000_002)
        after.recurrence = TaskRecurrence(rrule: "FREQ=DAILY")
        after.recurrence?.seriesId = UUID()
        after.reminders = [TaskReminder(id: UUID(), moment: .before("P1D", of: .due))]
        let diff = after.diff(from: task)
        #expect(diff.count == HistoryField.allCases.count)
        let read = try WireJSON.decode([FieldDiff].self, from: try WireJSON.encode(diff))
        #expect(read == diff)
        var back = after
        back.revert(read)
        #expect(back == task)
    }

    @Test func `a state taken back is told as what it amounts to`() throws {
        var completed = task
        _ = try completed.perform(.complete, at: task.updatedAt)
        var back = completed
        let change = back.become(task, at: task.updatedAt)
        #expect(change?.eventType == EventType.taskReopened)
        #expect(back.version == completed.version + 1 && back.completedAt == nil)
        var same = task
        #expect(same.become(task, at: task.updatedAt) == nil)
    }
}
