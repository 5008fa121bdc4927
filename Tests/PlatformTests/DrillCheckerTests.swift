import TestSupport
import Testing

/// A checker that finds nothing proves nothing: each kind of damage is done to a good record and must be found.
struct DrillCheckerTests {
    private static let task: DrillTask = {
        var task = DrillTask(id: "a")
        task.acknowledged(.patch)
        task.acknowledged(.complete)
        return task
    }()
    private static let row = DrillDatabase.Row(version: 3, isCompleted: true, isDeleted: false)
    private static let entries = task.events.enumerated().map { index, type in
        DrillDatabase.Entry(eventID: "e\(index)", subject: "a", sequence: index + 1, type: type)
    }

    private func check(
        _ entries: [DrillDatabase.Entry], stored: [String: DrillDatabase.Row] = ["a": row]
    ) -> DrillChecker.Findings {
        DrillChecker.check([Self.task], stored: stored, entries: entries)
    }

    @Test func `a good record is clean`() {
        let findings = check(Self.entries)
        #expect(findings.isClean && findings.eventsExpected == 3, "\(findings)")
    }

    @Test func `lost, repeated, exchanged and invented entries are found`() {
        #expect(check(Array(Self.entries.dropFirst())).missing == 1)
        let twice = DrillDatabase.Entry(
            eventID: "other", subject: "a", sequence: 3, type: "todo.task.completed.v1")
        #expect(check(Self.entries + [twice]).twice == 1)
        let exchanged = [Self.entries[0], Self.entries[2], Self.entries[1]]
        #expect(check(exchanged).outOfOrder == 1)
        let stranger = DrillDatabase.Entry(
            eventID: "other", subject: "b", sequence: 1, type: "todo.task.created.v1")
        #expect(check(Self.entries + [stranger]).unexplained == 1)
        let mistyped = DrillDatabase.Entry(
            eventID: "e2", subject: "a", sequence: 3, type: "todo.task.deleted.v1")
        #expect(check(Self.entries.dropLast() + [mistyped]).unexplained == 1)
        for damaged in [exchanged, Self.entries + [twice], Self.entries + [stranger]] {
            #expect(!check(damaged).isClean)
        }
    }

    @Test func `tasks that are gone, changed or made twice are found`() {
        #expect(check(Self.entries, stored: [:]).tasksPresent == 0)
        let older = DrillDatabase.Row(version: 2, isCompleted: false, isDeleted: false)
        #expect(check(Self.entries, stored: ["a": older]).tasksWrong == 1)
        #expect(check(Self.entries, stored: ["a": Self.row, "b": Self.row]).tasksUnknown == 1)
    }

    @Test func `the same seed takes the same decisions`() {
        var (one, other) = (SeededRandom(7), SeededRandom(7))
        #expect((0..<100).map { _ in one.next() } == (0..<100).map { _ in other.next() })
    }
}
