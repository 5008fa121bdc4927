import EventFlow
import Foundation
import Testing

@testable import TodoDomain

struct NewReminderTests {
    private func task(_ reminders: String) throws -> TodoTask {
        var new = try WireJSON.decode(
            NewTask.self, from: Array(#"{"title":"a","reminders":\#(reminders)}"#.utf8))
        try new.validate()
        return TodoTask(id: UUID(), new: new, at: Date(timeIntervalSince1970: 1_796_126_400))
    }

    private func pointers(_ reminders: String) throws -> [String] {
        do {
            _ = try task(reminders)
            return []
        } catch let error as ValidationError {
            return error.fields.map(\.pointer)
        }
    }

    @Test(
        arguments: [
            (#","at":"2026-12-01T09:00","tz":"UTC"}"#, nil), (#","before":"P1D","of":"due"}"#, nil),
            ("}", "missing /at"), (#","before":"P1D"}"#, "missing /of"),
            (#","at":"2026-12-01","before":"P1D","of":"due"}"#, "contradiction /before"),
            (#","before":"P1D","of":"due","tz":"UTC"}"#, "contradiction /tz"),
        ] as [(String, String?)])
    func `in events a reminder has one moment`(members: String, violation: String?) throws {
        let json = #"{"id":"019a5c00-0000-7000-8000-000000000005""# + members
        #expect(TaskReminder.schema.violation(in: try JSONTree(Array(json.utf8)))?.description == violation)
    }

    private func patched(_ task: TodoTask, _ json: String) throws -> TodoTask {
        var task = task
        let patch = try WireJSON.decode(TaskPatch.self, from: Array(json.utf8))
        _ = try task.perform(.patch(patch), at: Date(timeIntervalSince1970: 1_796_126_500))
        return task
    }

    @Test(arguments: [
        (#"{"at":"2026-12-01T09:00"}"#, ReminderMoment.at(local: "2026-12-01T09:00", tz: nil)),
        (#"{"at":"2026-12-01"}"#, .at(local: "2026-12-01", tz: nil)),
        (
            #"{"at":"2026-12-01T09:00:30","tz":"Asia/Tokyo"}"#,
            .at(local: "2026-12-01T09:00:30", tz: "Asia/Tokyo")
        ),
        (#"{"at":"2026-12-01T09:00:00Z"}"#, .at(local: "2026-12-01T09:00", tz: "UTC")),
        (#"{"at":"2026-12-01T00:30:00+01:00"}"#, .at(local: "2026-11-30T23:30", tz: "UTC")),
        (#"{"at":"2026-12-01T09:00:00.000Z"}"#, .at(local: "2026-12-01T09:00", tz: "UTC")),
        // Never early.
        (#"{"at":"2026-12-01T09:00:00.001Z"}"#, .at(local: "2026-12-01T09:00:01", tz: "UTC")),
        (#"{"before":"P1W"}"#, .before("P7D", of: .due)),
        (#"{"before":"PT90M","of":"start"}"#, .before("PT1H30M", of: .start)),
        (#"{"before":"P1DT2H"}"#, .before("P1DT2H", of: .due)),
        (#"{"before":"-PT10M"}"#, .before("-PT10M", of: .due)),
    ])
    func `each moment has one spelling`(_ json: String, _ moment: ReminderMoment) throws {
        #expect(try task("[\(json)]").reminders.map(\.moment) == [moment])
    }

    @Test(arguments: [
        (#"{}"#, "/reminders/0"), (#"{"at":"2026-12-01","before":"P1D"}"#, "/reminders/0"),
        (#"{"at":"tomorrow"}"#, "/reminders/0/at"), (#"{"at":"2026-02-30T09:00"}"#, "/reminders/0/at"),
        (#"{"at":"2026-12-01T09:00:00+25:00"}"#, "/reminders/0/at"),
        // Years that events cannot tell, or not what follows from them.
        (#"{"at":"9999-12-31T23:59:59-14:00"}"#, "/reminders/0/at"),
        (#"{"at":"0001-01-01T00:00:00+14:00"}"#, "/reminders/0/at"),
        (#"{"at":"9991-01-01"}"#, "/reminders/0/at"), (#"{"at":"0000-12-31T09:00"}"#, "/reminders/0/at"),
        (#"{"at":"2026-12-01T09:00:00Z","tz":"UTC"}"#, "/reminders/0/tz"),
        (#"{"at":"2026-12-01T09:00","tz":"../etc"}"#, "/reminders/0/tz"),
        (#"{"at":"2026-12-01T09:00","of":"due"}"#, "/reminders/0/of"),
        (#"{"before":"1 day"}"#, "/reminders/0/before"), (#"{"before":"P1001D"}"#, "/reminders/0/before"),
        (#"{"before":"P1D","tz":"UTC"}"#, "/reminders/0/tz"),
        (#"{"before":"P1D","offset":"x"}"#, "/reminders/0/offset"),
    ])
    func `what makes no sense is refused with its place`(_ json: String, _ pointer: String) throws {
        #expect(try pointers("[\(json)]") == [pointer])
    }

    @Test func `there is a limit, and equal ones are one`() throws {
        let many = (1...21).map { #"{"before":"PT\#($0)M"}"# }.joined(separator: ",")
        #expect(try pointers("[\(many)]") == ["/reminders"])
        let task = try task(#"[{"before":"P1D"},{"before":"P1D","of":"due"},{"before":"P1W"}]"#)
        #expect(task.reminders.map(\.moment) == [.before("P1D", of: .due), .before("P7D", of: .due)])
        #expect(Set(task.reminders.map(\.id)).count == 2)
    }

    @Test func `a patch keeps the reminders that it names, by id or by moment`() throws {
        let task = try task(#"[{"before":"P1D"},{"before":"PT5M"}]"#)
        let ids = task.reminders.map(\.id)
        let same = try patched(task, #"{"reminders":[{"before":"PT5M"},{"before":"P1D"},{"before":"PT1M"}]}"#)
        #expect(same.reminders.prefix(2).map(\.id) == ids.reversed())
        #expect(!ids.contains(same.reminders[2].id))
        let moved = try patched(
            task, #"{"reminders":[{"id":"\#(ids[0].uuidString)","before":"P2D"}]}"#)
        #expect(moved.reminders == [TaskReminder(id: ids[0], moment: .before("P2D", of: .due))])
        #expect(try patched(task, #"{"reminders":null}"#).reminders.isEmpty)
        #expect(try patched(task, #"{"title":"b"}"#).reminders == task.reminders)
        // The first version and the next bring different ids, whatever they are for.
        #expect(
            Set(try patched(task, #"{"reminders":[{"before":"PT1M"}]}"#).reminders.map(\.id))
                .isDisjoint(with: ids))
    }

    @Test func `what changed is told once for each reminder`() throws {
        let task = try task(#"[{"before":"P1D"},{"at":"2026-12-24"}]"#)
        #expect(
            task.reminderChanges(from: nil).map(\.eventType)
                == Array(repeating: EventType.reminderScheduled, count: 2))
        let due = try patched(task, #"{"due":{"kind":"date","local":"2026-12-31"}}"#)
        #expect(due.reminderChanges(from: task).map(\.eventType) == [EventType.reminderRescheduled])
        #expect(due.reminderChanges(from: task).map(\.reminder.id) == [task.reminders[0].id])
        #expect(try patched(task, #"{"title":"b"}"#).reminderChanges(from: task).isEmpty)
        var put = due
        _ = put.snooze(task.reminders[1].id, until: Date(timeIntervalSince1970: 1_800_000_000), at: .now)
        #expect(put.reminderChanges(from: due).map(\.eventType) == [EventType.reminderSnoozed])
        var done = put
        _ = try done.perform(.complete, at: .now)
        #expect(
            done.reminderChanges(from: put).map(\.eventType)
                == Array(repeating: EventType.reminderCancelled, count: 2))
        // The history takes them back.
        var back = put
        back.revert(put.diff(from: task))
        #expect(back.reminders == task.reminders)
        let diff = try WireJSON.decode([FieldDiff].self, from: try WireJSON.encode(put.diff(from: task)))
        #expect(diff == put.diff(from: task))
    }

    @Test func `who moves a task puts its reminders off no longer, unless the same write says so`() throws {
        let later = Date(timeIntervalSince1970: 1_800_000_000)
        var task = try task(#"[{"before":"PT1H"},{"before":"PT1H","of":"start"},{"at":"2026-12-24"}]"#)
        task.due = DueTime(kind: .floating, local: "2026-12-01T18:00")
        for reminder in task.reminders { _ = task.snooze(reminder.id, until: later, at: .now) }
        let moved = try patched(task, #"{"due":{"local":"2026-12-08T18:00"}}"#)
        #expect(moved.reminders.map(\.snoozedUntil) == [nil, later, later])
        #expect(try patched(task, #"{"title":"b"}"#).reminders == task.reminders)
        // As a rule of several tasks changes one.
        var state = task
        state.due?.local = "2026-12-08T18:00"
        state.start = DueTime(kind: .date, local: "2026-12-07")
        var one = task
        _ = one.become(state, at: .now)
        #expect(one.reminders.map(\.snoozedUntil) == [nil, nil, later])
        // As the history takes it back.
        var back = moved
        back.revert(moved.diff(from: task))
        var undone = moved
        _ = undone.become(back, at: .now)
        #expect(undone.reminders == task.reminders && undone.due == task.due)
    }

    @Test func `what a series takes beyond the year 9999 has no instant, and stays in a year of four digits`()
        throws
    {
        let clock = ReminderClock(
            zones: SystemZones.shared, timeZone: "America/New_York", defaultReminderTime: "09:00")
        let last = DueTime(kind: .floating, local: "9999-12-31T12:00")
        let first = DueTime(kind: .floating, local: "0001-01-01T12:00")
        #expect(clock.instant(of: .before("-P1D", of: .due), due: last, start: nil) == nil)
        #expect(clock.instant(of: .before("P3D", of: .due), due: first, start: nil) == nil)
        #expect(clock.instant(of: .before("P1D", of: .due), due: last, start: nil) != nil)
        var task = try task(#"[{"at":"9990-12-31T09:00"},{"at":"9990-12-31"}]"#)
        task.due = DueTime(kind: .floating, local: "2026-12-01T18:00")
        let next = task.next(UUID(), due: last, after: try #require(task.due), at: .now)
        #expect(
            next.reminders.map(\.moment) == [
                .at(local: "9999-12-31T03:00", tz: nil), .at(local: "9999-12-31", tz: nil),
            ])
    }

    @Test func `a snooze is for a time to come, and for the reminder that fired last`() throws {
        let zones = SystemZones()
        let clock = ReminderClock(
            zones: zones, timeZone: "America/New_York", defaultReminderTime: "09:00")
        // 04:00 in New York, on the day before clocks go forward.
        let now = Date(timeIntervalSince1970: 1_772_874_000)
        func instant(_ snooze: Snooze) throws -> TimeInterval {
            try snooze.instant(now: now, clock: clock).timeIntervalSince(now)
        }
        #expect(try instant(Snooze(for: "PT10M")) == 600)
        #expect(try instant(Snooze(for: "P1D")) == 23 * 3600)
        #expect(try instant(Snooze(until: "2026-03-07T05:00")) == 3600)
        #expect(try instant(Snooze(until: "2026-03-07T10:00:00Z")) == 3600)
        for wrong in [
            Snooze(for: "-PT10M"), Snooze(for: "later"), Snooze(until: "2026-03-07T04:00"),
            Snooze(until: "2026-03-08"), Snooze(for: "P400D"),
        ] {
            #expect(throws: ValidationError.self) { try instant(wrong) }
        }
        let task = try task(
            #"[{"at":"2026-03-07T03:00"},{"at":"2026-03-07T03:30"},{"at":"2026-03-07T08:00"},{"before":"P1D"}]"#
        )
        #expect(Snooze(for: "PT1H").choice(of: task, now: now, clock: clock) == task.reminders[1].id)
        let early = now.addingTimeInterval(-86_400)
        #expect(Snooze(for: "PT1H").choice(of: task, now: early, clock: clock) == task.reminders[0].id)
        #expect(Snooze(for: "PT1H", reminderId: UUID()).choice(of: task, now: now, clock: clock) == nil)
    }
}
