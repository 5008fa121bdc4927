import EventFlow
import Foundation
import Testing

@testable import TodoDomain

struct SeriesNumberTests {
    private func recurrence(_ number: Int64) throws -> TaskRecurrence {
        let text = """
            {"rrule":"FREQ=DAILY","mode":"schedule","skip":"omit","catchUp":"skip_missed",
            "seriesId":"0198a000-0000-7000-8000-000000000001","position":\(number),"version":\(number)}
            """
        return try WireJSON.decode(TaskRecurrence.self, from: Array(text.utf8))
    }

    @Test(arguments: [Int64.min, -1, 0, 9_007_199_254_740_991, .max])
    func `numbers that were written once are counted no further than they go`(_ number: Int64) throws {
        let rule = try recurrence(number)
        let numbers: ClosedRange<Int64> = 1...9_007_199_254_740_991
        var new = NewTask(title: "a")
        new.due = DueTime(kind: .date, local: "2026-12-01")
        new.recurrence = rule
        var task = TodoTask(id: UUID(), new: new, at: .distantPast)
        var state = task
        state.recurrence?.mode = .completion
        _ = task.become(state, at: .distantPast)
        let version = try #require(task.recurrence?.version)
        #expect(numbers.contains(version) && version >= rule.version ?? 0)
        let due = DueTime(kind: .date, local: "2026-12-02")
        let next = task.next(UUID(), due: due, after: try #require(task.due), at: .distantPast)
        let position = try #require(next.recurrence?.position)
        #expect(numbers.contains(position) && position >= rule.position ?? 0)
    }
}
