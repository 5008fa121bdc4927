import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import Testing
import TodoDomain

@testable import ServiceKit
@testable import Tasks

extension TasksOnPostgres {
    /// Tasks that come again.
    struct RecurringTaskTests {
        private static let daily = #"""
            {"title":"water","due":{"kind":"zoned","local":"2026-11-16T09:00","tz":"Europe/Berlin"},
             "start":{"kind":"floating","local":"2026-11-15T18:00"},"tags":["green"],
             "recurrence":{"rrule":"FREQ=DAILY"}}
            """#

        /// What `recurring` sends for a completed instance.
        private func next(
            after task: TodoTask, due: String?, of user: TestUser, on rig: TasksRig, key: String? = nil
        ) async throws -> TaskAnswer {
            let rule = try #require(task.recurrence)
            var due = due.map { #","due":{"kind":"zoned","local":"\#($0)","tz":"Europe/Berlin"}"# } ?? ""
            due = due.replacing("\n", with: "")
            let moment = Timestamp.text(of: try #require(task.completedAt ?? task.deletedAt))
            let json = #"""
                {"taskID":"\#(task.id.lowercased)","seriesID":"\#(try #require(rule.seriesId).lowercased)",
                 "completedAt":"\#(moment)"\#(due)}
                """#
            let service = Caller(
                userID: user.id, actor: .service, issuer: "recurring", scopes: ["tasks:write"],
                sessionID: nil)
            let body = try WireJSON.decode(OccurrenceRequest.self, from: Array(json.utf8))
            return try await rig.operations.makeNext(body, WriteRequest(caller: service))
        }

        private func seriesEvents(_ rig: TasksRig) async throws -> [String] {
            try await rig.administrator.query(
                "SELECT type, payload FROM tasks.outbox WHERE topic = 'recurring.events' ORDER BY id"
            ).map { row in
                let (type, payload): (String, String) = (try row.value("type"), try row.value("payload"))
                let verdict = EventCatalogue.platform.verdict(onType: type, data: Array(payload.utf8))
                #expect(verdict == .valid)
                return type
            }
        }

        private func due(_ rig: TasksRig) async throws -> [OccurrenceDue] {
            try await rig.administrator.query(
                "SELECT payload FROM tasks.outbox WHERE type = \(EventType.occurrenceDue) ORDER BY id"
            ).map { row in
                let payload: String = try row.value("payload")
                return try WireJSON.decode(OccurrenceDue.self, from: Array(payload.utf8))
            }
        }

        @Test func `completing one asks for the next, which shifts every date and keeps the rest`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            let task = try await rig.create(Self.daily, by: user)
            let rule = try #require(task.recurrence)
            #expect(rule.seriesId != nil && rule.position == 1 && rule.version == 1)
            #expect(rule.occurrenceKey == "2026-11-16T09:00" && rule.start == "2026-11-16T09:00")
            let done = try await rig.operations.perform(.complete, on: task.id, user.request()).task()
            #expect(done.recurrence == rule)
            let asked = try await due(rig)
            #expect(asked.count == 1 && asked[0].taskID.uuid == task.id && asked[0].due == task.due)
            let answer = try await next(after: done, due: "2026-11-18T09:00", of: user, on: rig)
            #expect(answer.status == 201)
            let made = try answer.task()
            #expect(made.title == "water" && made.tags == ["green"] && made.status == .open)
            #expect(made.due?.local == "2026-11-18T09:00" && made.start?.local == "2026-11-17T18:00")
            #expect(made.recurrence?.previousId == task.id && made.recurrence?.position == 2)
            #expect(made.recurrence?.seriesId == rule.seriesId)
            let again = try await next(after: done, due: "2026-11-19T09:00", of: user, on: rig)
            #expect(again.status == 200 && again.taskID == made.id)
            #expect(try await seriesEvents(rig) == [EventType.seriesCreated, EventType.occurrenceDue])
            await rig.close()
        }

        @Test func `a rule that cannot be is refused with its position, and needs a due time`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            func fields(_ json: String) async -> [FieldError] {
                do {
                    _ = try await rig.create(json, by: user)
                    return []
                } catch let error as ValidationError { return error.fields } catch { return [] }
            }
            let bad = await fields(
                #"{"title":"a","due":{"kind":"date","local":"2026-11-16"},"recurrence":{"rrule":"FREQ=DAILY;INTERVAL=0"}}"#
            )
            #expect(bad.map(\.pointer) == ["/recurrence/rrule"])
            #expect(bad.first?.detail.contains("at character 21") == true, "\(bad)")
            let undue = await fields(#"{"title":"a","recurrence":{"rrule":"FREQ=DAILY"}}"#)
            #expect(undue.map(\.pointer) == ["/due"])
            let readOnly = await fields(
                #"{"title":"a","due":{"kind":"date","local":"2026-11-16"},"recurrence":{"rrule":"FREQ=DAILY","position":3,"x":1}}"#
            )
            #expect(readOnly.map(\.pointer) == ["/recurrence/position", "/recurrence/x"])
            let nothing = await fields(
                #"{"title":"a","due":{"kind":"date","local":"2026-11-16"},"recurrence":{"rrule":"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}}"#
            )
            #expect(nothing.map(\.pointer) == ["/recurrence/rrule"])
            // Monday the 16th is no Tuesday: the task begins where the rule does.
            let moved = try await rig.create(
                #"{"title":"a","due":{"kind":"date","local":"2026-11-16"},"recurrence":{"rrule":"FREQ=WEEKLY;BYDAY=TU"}}"#,
                by: user)
            #expect(moved.due?.local == "2026-11-17" && moved.recurrence?.start == "2026-11-17")
            await rig.close()
        }

        @Test func `undoing a completion takes an untouched next instance back, and leaves a touched one`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            let task = try await rig.create(Self.daily, by: user)
            let answer = try await rig.operations.perform(.complete, on: task.id, user.request())
            let made = try await next(
                after: answer.task(), due: "2026-11-18T09:00", of: user, on: rig
            ).task()
            let token = try #require(answer.headers["Undo-Token"])
            _ = try await rig.operations.undo(UndoRequest(token: token), user.request())
            await #expect(throws: Problem.self) { try await rig.operations.task(made.id, of: user.caller) }
            // Completed again, it is another question with another answer.
            rig.clock.advance(seconds: 5)
            let done = try await rig.operations.perform(.complete, on: task.id, user.request()).task()
            #expect(Set(try await due(rig).map(\.occurrenceKey)).count == 2)
            let second = try await next(after: done, due: "2026-11-18T09:00", of: user, on: rig).task()
            #expect(second.id != made.id)
            _ = try await rig.operations.perform(
                rig.patch(#"{"title":"mine"}"#), on: second.id, user.request())
            _ = try await rig.operations.perform(.reopen, on: task.id, user.request())
            #expect(try await rig.operations.task(second.id, of: user.caller).title == "mine")
            await rig.close()
        }

        @Test func `who asks for what was taken back gets nothing, and a series has one open instance`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            let task = try await rig.create(Self.daily, by: user)
            let done = try await rig.operations.perform(.complete, on: task.id, user.request()).task()
            _ = try await rig.operations.perform(.reopen, on: task.id, user.request())
            await #expect(throws: Problem.self) {
                _ = try await next(after: done, due: "2026-11-17T09:00", of: user, on: rig)
            }
            rig.clock.advance(seconds: 1)
            let again = try await rig.operations.perform(.complete, on: task.id, user.request()).task()
            let end = try await next(after: again, due: nil, of: user, on: rig)
            #expect(end.status == 204)
            #expect(try await seriesEvents(rig).last == EventType.seriesEnded)
            await rig.close()
        }

        @Test func `many that ask at once get one instance`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let task = try await rig.create(Self.daily, by: user)
            let done = try await rig.operations.perform(.complete, on: task.id, user.request()).task()
            let ids = try await withThrowingTaskGroup(of: UUID?.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        try await next(after: done, due: "2026-11-17T09:00", of: user, on: rig).taskID
                    }
                }
                return try await group.reduce(into: Set<UUID?>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(
                try await rig.count(
                    "SELECT count(*) FROM tasks.task WHERE series_id = \(task.recurrence?.seriesId)") == 2)
            await rig.close()
        }
    }
}
