import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import Testing
import TodoDomain

@testable import ServiceKit
@testable import Tasks

extension TasksOnPostgres {
    /// This occurrence, this and the following, or all.
    struct EditScopeTests {
        private static let weekly = #"""
            {"title":"water","due":{"kind":"floating","local":"2026-11-16T09:00"},
             "recurrence":{"rrule":"FREQ=WEEKLY;BYDAY=MO"}}
            """#

        private func patch(
            _ json: String, _ task: TodoTask, scope: EditScope?, by user: TestUser, on rig: TasksRig
        ) async throws -> TodoTask {
            try await rig.operations.perform(
                rig.patch(json), on: task.id, scope: scope, user.request()
            ).task()
        }

        /// Completes an instance and makes the next one; what was asked for, and what was made.
        private func advance(
            _ task: TodoTask, to local: String, by user: TestUser, on rig: TasksRig
        ) async throws -> (OccurrenceDue, TodoTask) {
            let done = try await rig.operations.perform(.complete, on: task.id, user.request()).task()
            return (
                try #require(try await asked(rig).last), try await next(done, local, by: user, on: rig)
            )
        }

        private func asked(_ rig: TasksRig) async throws -> [OccurrenceDue] {
            try await rig.administrator.query(
                "SELECT payload FROM tasks.outbox WHERE type = \(EventType.occurrenceDue) ORDER BY id"
            ).map { row in
                let payload: String = try row.value("payload")
                return try WireJSON.decode(OccurrenceDue.self, from: Array(payload.utf8))
            }
        }

        private func next(
            _ done: TodoTask, _ local: String, by user: TestUser, on rig: TasksRig
        ) async throws -> TodoTask {
            let series = try #require(done.recurrence?.seriesId).lowercased
            let moment = Timestamp.text(of: try #require(done.completedAt ?? done.deletedAt))
            let json = #"""
                {"taskID":"\#(done.id.lowercased)","seriesID":"\#(series)","completedAt":"\#(moment)",
                 "due":{"kind":"floating","local":"\#(local)"}}
                """#
            let service = Caller(
                userID: user.id, actor: .service, issuer: "recurring", scopes: ["tasks:write"],
                sessionID: nil)
            return try await rig.operations.makeNext(
                WireJSON.decode(OccurrenceRequest.self, from: Array(json.utf8)),
                WriteRequest(caller: service)
            ).task()
        }

        @Test func `a change of this one alone is not in the next`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let task = try await rig.create(Self.weekly, by: user)
            let changed = try await patch(
                #"{"title":"once","due":{"local":"2026-11-18T15:00"}}"#, task, scope: .this, by: user, on: rig
            )
            #expect(changed.recurrence == task.recurrence && changed.due?.local == "2026-11-18T15:00")
            let (asked, made) = try await advance(changed, to: "2026-11-23T09:00", by: user, on: rig)
            // The rule goes on from where it had this one.
            #expect(asked.due?.local == "2026-11-16T09:00")
            #expect(made.title == "water" && made.due?.local == "2026-11-23T09:00")
            await #expect(throws: ValidationError.self) {
                _ = try await patch(
                    #"{"recurrence":{"rrule":"FREQ=DAILY"}}"#, made, scope: .this, by: user, on: rig)
            }
            await rig.close()
        }

        @Test func `without a scope a time is of this one, and all else holds from here on`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let task = try await rig.create(Self.weekly, by: user)
            let changed = try await patch(
                #"{"title":"well","due":{"local":"2026-11-17T09:00"}}"#, task, scope: nil, by: user, on: rig)
            let (asked, made) = try await advance(changed, to: "2026-11-23T09:00", by: user, on: rig)
            #expect(asked.due?.local == "2026-11-16T09:00" && made.title == "well")
            await rig.close()
        }

        @Test func `a new time from here on begins a series of its own, which ends the old one`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            let first = try await rig.create(Self.weekly, by: user)
            let (_, task) = try await advance(first, to: "2026-11-23T09:00", by: user, on: rig)
            let moved = try await patch(
                #"{"due":{"local":"2026-11-25T10:00"}}"#, task, scope: .following, by: user, on: rig)
            let rule = try #require(moved.recurrence)
            #expect(rule.rrule == "FREQ=WEEKLY;BYDAY=WE" && rule.start == "2026-11-25T10:00")
            #expect(rule.seriesId != first.recurrence?.seriesId && rule.position == 1)
            #expect(moved.due?.local == "2026-11-25T10:00" && rule.occurrenceKey == "2026-11-25T10:00")
            let done = try await rig.operations.task(first.id, of: user.caller)
            #expect(done.recurrence == first.recurrence)
            await rig.close()
        }

        @Test func `a change of all reaches what is done, and moves the whole rule`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let first = try await rig.create(Self.weekly, by: user)
            let (_, task) = try await advance(first, to: "2026-11-23T09:00", by: user, on: rig)
            let moved = try await patch(
                #"{"title":"flood","due":{"local":"2026-11-24T08:00"}}"#, task, scope: .all, by: user, on: rig
            )
            #expect(moved.recurrence?.seriesId == first.recurrence?.seriesId)
            #expect(moved.recurrence?.start == "2026-11-17T08:00" && moved.recurrence?.version == 2)
            let done = try await rig.operations.task(first.id, of: user.caller)
            #expect(done.title == "flood" && done.due?.local == "2026-11-16T09:00")
            let (asked, made) = try await advance(moved, to: "2026-12-01T08:00", by: user, on: rig)
            #expect(asked.series.rrule == "FREQ=WEEKLY;BYDAY=TU" && made.title == "flood")
            await rig.close()
        }

        @Test func `a rule is given, changed and taken away by patches`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let plain = try await rig.create(
                #"{"title":"a","due":{"kind":"date","local":"2026-11-16"}}"#, by: user)
            let given = try await patch(
                #"{"recurrence":{"rrule":"FREQ=MONTHLY","skip":"backward"}}"#, plain, scope: nil, by: user,
                on: rig)
            #expect(given.recurrence?.seriesId != nil && given.recurrence?.skip == .backward)
            let changed = try await patch(
                #"{"recurrence":{"mode":"completion"}}"#, given, scope: nil, by: user, on: rig)
            #expect(changed.recurrence?.rrule == "FREQ=MONTHLY" && changed.recurrence?.version == 2)
            await #expect(throws: ValidationError.self) {
                _ = try await patch(#"{"due":null}"#, changed, scope: nil, by: user, on: rig)
            }
            let taken = try await patch(#"{"recurrence":null}"#, changed, scope: nil, by: user, on: rig)
            #expect(taken.recurrence == nil)
            _ = try await rig.operations.perform(.complete, on: taken.id, user.request())
            #expect(try await asked(rig).isEmpty)
            await rig.close()
        }

        @Test
        func `deleted alone it is left out; with the following the series is over; with all it is gone`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            let first = try await rig.create(Self.weekly, by: user)
            _ = try await rig.operations.perform(.delete, on: first.id, scope: .this, user.request())
            let left = try #require(
                try await TaskStore(connection: rig.users.reading(for: user.id)).find(first.id, of: user.id))
            let second = try await next(left, "2026-11-23T09:00", by: user, on: rig)
            #expect(second.recurrence?.previousId == first.id)
            // Restored, it is the open one again.
            _ = try await rig.operations.perform(.restore, on: first.id, user.request())
            await #expect(throws: Problem.self) { try await rig.operations.task(second.id, of: user.caller) }
            let (_, third) = try await advance(first, to: "2026-11-23T09:00", by: user, on: rig)
            _ = try await rig.operations.perform(.delete, on: third.id, user.request())
            #expect(try await asked(rig).count == 2)
            _ = try await rig.operations.perform(.restore, on: third.id, user.request())
            _ = try await rig.operations.perform(.delete, on: third.id, scope: .all, user.request())
            await #expect(throws: Problem.self) { try await rig.operations.task(first.id, of: user.caller) }
            await rig.close()
        }

        @Test(arguments: [EditScope.following, .all])
        func `a series that was deleted does not come back by what was asked for before`(
            _ scope: EditScope
        ) async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let task = try await rig.create(Self.weekly, by: user)
            // The next one is asked for and not made yet.
            let done = try await rig.operations.perform(.complete, on: task.id, user.request()).task()
            let deleted = try await rig.operations.perform(
                .delete, on: task.id, scope: scope, user.request())
            do {
                _ = try await next(done, "2026-11-23T09:00", by: user, on: rig)
                Issue.record("it came back")
            } catch let problem as Problem {
                #expect(problem.status.code == 409)
            }
            let ends = "SELECT count(*) FROM tasks.outbox WHERE type = "
            #expect(try await rig.count("\(unescaped: ends)\(EventType.seriesEnded)") == 1)
            let token = try #require(deleted.headers["Undo-Token"])
            _ = try await rig.operations.undo(UndoRequest(token: token), user.request())
            let back = try await rig.operations.task(task.id, of: user.caller)
            #expect(back.recurrence == done.recurrence && back.completedAt == done.completedAt)
            #expect(try await rig.count("\(unescaped: ends)\(EventType.seriesCreated)") == 1)
            #expect(try await next(done, "2026-11-23T09:00", by: user, on: rig).status == .open)
            await rig.close()
        }

        @Test func `all of a series go and come back, what is done and what is below another included`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            let first = try await rig.create(Self.weekly, by: user)
            let (_, second) = try await advance(first, to: "2026-11-23T09:00", by: user, on: rig)
            let (_, third) = try await advance(second, to: "2026-11-30T09:00", by: user, on: rig)
            _ = try await rig.operations.move(
                second.id, to: MoveRequest(parentId: .some(first.id)), user.request())
            let deleted = try await rig.operations.perform(
                .delete, on: third.id, scope: .all, user.request())
            #expect(try await rig.count("SELECT count(*) FROM tasks.task WHERE deleted_at IS NULL") == 0)
            #expect(try await rig.count("SELECT count(*) FROM tasks.task WHERE series_id IS NOT NULL") == 1)
            let token = try #require(deleted.headers["Undo-Token"])
            _ = try await rig.operations.undo(UndoRequest(token: token), user.request())
            #expect(
                try await rig.count(
                    "SELECT count(*) FROM tasks.task WHERE series_id IS NOT NULL AND deleted_at IS NULL") == 3
            )
            await rig.close()
        }
    }
}
