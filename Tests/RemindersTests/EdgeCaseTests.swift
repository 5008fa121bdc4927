import Foundation
import Postgres
import Testing
import TodoDomain

@testable import Reminders

extension RemindersOnPostgres {
    /// The table of `docs/reminders.md`, line by line.
    struct EdgeCaseTests {
        private let noon = #""due":{"kind":"zoned","local":"2026-11-23T12:00","tz":"UTC"}"#

        @Test func `two in one hour fire each at its own time`() async throws {
            let rig = try await RemindersRig()
            let task = try await rig.given(
                #"{"title":"a",\#(noon),"reminders":[{"before":"PT30M"},{"before":"PT45M"},{"at":"2026-11-23T11:20"}]}"#
            )
            #expect(
                try await rig.waiting(task) == [
                    "2026-11-23T11:15:00Z", "2026-11-23T11:20:00Z", "2026-11-23T11:30:00Z",
                ])
            #expect(try await rig.fired(at: "2026-11-23T11:14:59Z") == 0)
            #expect(try await rig.fired(at: "2026-11-23T11:15:00Z") == 1)
            #expect(try await rig.fired(at: "2026-11-23T11:25:00Z") == 2)
            #expect(try await rig.fired(at: "2026-11-23T12:25:00Z") == 3)
            #expect(try await rig.fired(at: "2026-11-23T13:25:00Z") == 3)
            await rig.close()
        }

        @Test func `put off and then moved with its task, only the new time counts`() async throws {
            let rig = try await RemindersRig()
            var task = try await rig.given(#"{"title":"a",\#(noon),"reminders":[{"before":"PT1H"}]}"#)
            #expect(try await rig.fired(at: "2026-11-23T11:00:00Z") == 1)
            let before = task
            let until = Date(timeIntervalSince1970: rig.clock.now.timeIntervalSince1970 + 600)
            _ = task.snooze(task.reminders[0].id, until: until, at: rig.clock.now)
            try await rig.hear(task, since: before)
            #expect(try await rig.waiting(task) == ["2026-11-23T11:10:00Z"])
            try await rig.perform(
                try rig.patch(#"{"due":{"local":"2026-11-24T12:00"}}"#), on: &task)
            #expect(task.reminders[0].snoozedUntil == nil)
            #expect(try await rig.waiting(task) == ["2026-11-24T11:00:00Z"])
            #expect(try await rig.fired(at: "2026-11-23T12:00:00Z") == 1)
            #expect(try await rig.fired(at: "2026-11-24T11:00:00Z") == 2)
            // One reminder, two instants: two notifications, each with its id.
            let ids = try await rig.requests().map(\.notificationID)
            #expect(Set(ids).count == 2)
            await rig.close()
        }

        @Test func `a snooze that has fired is over`() async throws {
            let rig = try await RemindersRig()
            var task = try await rig.given(#"{"title":"a","reminders":[{"at":"2026-11-23T09:00"}]}"#)
            #expect(try await rig.fired(at: "2026-11-23T09:00:00Z") == 1)
            let before = task
            _ = task.snooze(
                task.reminders[0].id, until: rig.clock.now.addingTimeInterval(600), at: rig.clock.now)
            try await rig.hear(task, since: before)
            #expect(try await rig.fired(at: "2026-11-23T09:09:59Z") == 1)
            #expect(try await rig.fired(at: "2026-11-23T09:10:00Z") == 2)
            #expect(try await rig.fired(at: "2026-11-23T19:10:00Z") == 2)
            await rig.close()
        }

        @Test func `a task that is completed first reminds nobody; opened again it does, if there is time`()
            async throws
        {
            let rig = try await RemindersRig()
            var task = try await rig.given(
                #"{"title":"a",\#(noon),"reminders":[{"before":"PT1H"},{"before":"PT5M"}]}"#)
            try await rig.perform(.complete, on: &task)
            #expect(try await rig.states(task) == ["cancelled", "cancelled"])
            #expect(try await rig.fired(at: "2026-11-23T11:30:00Z") == 0)
            try await rig.perform(.reopen, on: &task)
            #expect(try await rig.states(task) == ["passed", "waiting"])
            #expect(try await rig.fired(at: "2026-11-23T11:55:00Z") == 1)
            await rig.close()
        }

        @Test func `the completion is heard on the other topic first`() async throws {
            let rig = try await RemindersRig()
            var task = try await rig.given(#"{"title":"a",\#(noon),"reminders":[{"before":"PT1H"}]}"#)
            let before = task
            _ = try task.perform(.complete, at: rig.clock.now)
            let (user, completed) = (rig.user, task)
            try await rig.database.transaction { try await TaskStore.keep(completed, of: user, in: $0) }
            #expect(try await rig.fired(at: "2026-11-23T11:00:00Z") == 0)
            try await rig.hear(task, since: before, ofTask: false)
            #expect(try await rig.states(task) == ["cancelled"])
            await rig.close()
        }

        @Test func `a deletion takes reminders away, and undoing it brings them back`() async throws {
            let rig = try await RemindersRig()
            var task = try await rig.given(#"{"title":"a",\#(noon),"reminders":[{"before":"PT1H"}]}"#)
            try await rig.perform(.delete, on: &task)
            #expect(try await rig.states(task) == ["cancelled"])
            try await rig.perform(.restore, on: &task)
            #expect(try await rig.waiting(task) == ["2026-11-23T11:00:00Z"])
            #expect(try await rig.fired(at: "2026-11-23T11:00:00Z") == 1)
            // Deleted and restored within the minute of grace: it has fired for this instant.
            rig.clock.set("2026-11-23T11:00:20Z")
            try await rig.perform(.delete, on: &task)
            try await rig.perform(.restore, on: &task)
            #expect(try await rig.states(task) == ["fired"])
            #expect(try await rig.fired(at: "2026-11-23T11:00:30Z") == 1)
            await rig.close()
        }

        @Test func `what is past when it is set does not fire, but for a minute's grace`() async throws {
            let rig = try await RemindersRig(at: "2026-11-23T12:00:30Z")
            let old = try await rig.given(#"{"title":"a",\#(noon),"reminders":[{"before":"PT1M"}]}"#)
            let now = try await rig.given(#"{"title":"a",\#(noon),"reminders":[{"before":"PT0S"}]}"#)
            #expect(try await rig.states(old) == ["passed"])
            #expect(try await rig.states(now) == ["waiting"])
            #expect(try await rig.fired(at: "2026-11-23T12:00:31Z") == 1)
            await rig.close()
        }

        @Test func `what was missed because nobody ran fires late`() async throws {
            let rig = try await RemindersRig()
            _ = try await rig.given(#"{"title":"a",\#(noon),"reminders":[{"before":"PT1H"}]}"#)
            #expect(try await rig.fired(at: "2026-11-25T11:00:00Z") == 1)
            await rig.close()
        }

        @Test func `a reminder without a due time waits for one`() async throws {
            let rig = try await RemindersRig()
            var task = try await rig.given(#"{"title":"a","reminders":[{"before":"P1D"}]}"#)
            #expect(try await rig.states(task) == ["idle"])
            try await rig.perform(
                try rig.patch(#"{"due":{"kind":"zoned","local":"2026-12-01T09:00","tz":"Europe/Berlin"}}"#),
                on: &task)
            #expect(try await rig.waiting(task) == ["2026-11-30T08:00:00Z"])
            try await rig.perform(try rig.patch(#"{"due":null}"#), on: &task)
            #expect(try await rig.states(task) == ["idle"])
            await rig.close()
        }
    }
}
