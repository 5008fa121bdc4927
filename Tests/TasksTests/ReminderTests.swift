import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    struct ReminderTests {
        private static let due = #""due":{"kind":"zoned","local":"2030-12-01T09:00","tz":"Europe/Berlin"}"#

        /// What was told of the reminders of a task, in order: type, instant, version; each payload checked.
        private func told(_ rig: TasksRig, _ task: UUID) async throws -> [String] {
            try await rig.administrator.query(
                """
                SELECT type, payload, sequence FROM tasks.outbox
                WHERE partition_key = \(task.lowercased) AND topic = 'reminder.events' ORDER BY id
                """
            ).map { row in
                let (type, payload): (String, String) = (try row.value("type"), try row.value("payload"))
                #expect(EventCatalogue.platform.verdict(onType: type, data: Array(payload.utf8)) == .valid)
                let snapshot = try WireJSON.decode(ReminderSnapshot.self, from: Array(payload.utf8))
                let instant =
                    (snapshot.reminder.snoozedUntil ?? snapshot.reminder.fireAt).map(Timestamp.text) ?? "-"
                let verb = type.split(separator: ".")[2]
                return "\(verb) \(instant.prefix(16)) v\(try row.value("sequence", as: Int64.self))"
            }
        }

        @Test func `reminders are kept with their task, and each change is told`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let task = try await rig.create(
                #"{"title":"a",\#(Self.due),"reminders":[{"before":"P1D"},{"at":"2030-11-01T08:00:00Z"}]}"#,
                by: user)
            #expect(task.reminders.count == 2)
            #expect(try await rig.operations.task(task.id, of: user.caller) == task)
            _ = try await rig.operations.perform(
                rig.patch(#"{"due":{"local":"2030-12-02T09:00"}}"#), on: task.id, user.request())
            _ = try await rig.operations.perform(rig.patch(#"{"title":"b"}"#), on: task.id, user.request())
            let done = try await rig.operations.perform(.complete, on: task.id, user.request())
            let token = try #require(done.headers["Undo-Token"])
            _ = try await rig.operations.undo(UndoRequest(token: token), user.request())
            _ = try await rig.operations.perform(
                rig.patch(#"{"reminders":[{"before":"P1D"}]}"#), on: task.id, user.request())
            _ = try await rig.operations.perform(.delete, on: task.id, user.request())
            #expect(
                // Those of one write come in any order.
                try await told(rig, task.id).sorted { ($0.suffix(2), $0) < ($1.suffix(2), $1) } == [
                    "scheduled 2030-11-01T08:00 v1", "scheduled 2030-11-30T08:00 v1",
                    "rescheduled 2030-12-01T08:00 v2",
                    "cancelled 2030-11-01T08:00 v4", "cancelled 2030-12-01T08:00 v4",
                    "scheduled 2030-11-01T08:00 v5", "scheduled 2030-12-01T08:00 v5",
                    "cancelled 2030-11-01T08:00 v6",
                    "cancelled 2030-12-01T08:00 v7",
                ])
            await rig.close()
        }

        @Test func `a snooze puts one reminder off, and can be undone`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let task = try await rig.create(
                #"{"title":"a",\#(Self.due),"reminders":[{"before":"P1D"}]}"#, by: user)
            let answer = try await rig.operations.snooze(task.id, Snooze(for: "PT10M"), user.request())
            #expect(try answer.task().reminders[0].snoozedUntil != nil)
            #expect(try answer.task().version == 2)
            let token = try #require(answer.headers["Undo-Token"])
            _ = try await rig.operations.undo(UndoRequest(token: token), user.request())
            #expect(try await rig.operations.task(task.id, of: user.caller).reminders == task.reminders)
            #expect(
                try await told(rig, task.id).map { $0.prefix { $0 != " " } } == [
                    "scheduled", "snoozed", "rescheduled",
                ])
            func status(_ id: UUID, _ snooze: Snooze) async throws -> Int {
                do {
                    return try await rig.operations.snooze(id, snooze, user.request()).status
                } catch let problem as Problem {
                    return problem.status.code
                } catch is ValidationError {
                    return 422
                }
            }
            #expect(try await status(task.id, Snooze(until: "2020-01-01T00:00:00Z")) == 422)
            #expect(try await status(task.id, Snooze(for: "PT1H", reminderId: UUID())) == 409)
            #expect(try await status(try await rig.create(by: user).id, Snooze(for: "PT1H")) == 409)
            #expect(try await status(UUID(), Snooze(for: "PT1H")) == 404)
            _ = try await rig.operations.perform(.complete, on: task.id, user.request())
            #expect(try await status(task.id, Snooze(for: "PT1H")) == 409)
            await rig.close()
        }

        @Test func `a task that moves fires at its new time, and an undo puts its reminder off again`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            let task = try await rig.create(
                #"{"title":"a",\#(Self.due),"reminders":[{"before":"P1D"}]}"#, by: user)
            let put = try await rig.operations.snooze(task.id, Snooze(for: "PT10M"), user.request()).task()
            let moved = try await rig.operations.perform(
                rig.patch(#"{"due":{"local":"2030-12-08T09:00"}}"#), on: task.id, user.request())
            #expect(try moved.task().reminders == task.reminders)
            #expect(try await told(rig, task.id).last == "rescheduled 2030-12-07T08:00 v3")
            let token = try #require(moved.headers["Undo-Token"])
            _ = try await rig.operations.undo(UndoRequest(token: token), user.request())
            let back = try await rig.operations.task(task.id, of: user.caller)
            #expect(back.reminders == put.reminders && back.due == task.due)
            await rig.close()
        }

        @Test func `a zone that nobody knows is refused`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            await #expect(throws: ValidationError.self) {
                _ = try await rig.create(
                    #"{"title":"a","reminders":[{"at":"2030-11-01T08:00","tz":"Europe/Nowhere"}]}"#, by: user)
            }
            await rig.close()
        }
    }
}
