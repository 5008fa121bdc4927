import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    /// Tasks that come again, out of files.
    struct ImportedSeriesTests {
        private static let series = "0198a000-0000-7000-8000-000000000001"

        private func file(_ members: String...) -> [UInt8] {
            let lines = members.enumerated().map { #"{"id":"\#($0)","title":"t",\#($1)}"# }
            let tasks = lines.joined(separator: ",\n")
            return Array("{\"format\":\"todo.export\",\"version\":1,\n\"tasks\":[\n\(tasks)]}".utf8)
        }

        private func take(_ bytes: [UInt8], _ rig: TasksRig, _ user: TestUser) async throws -> TaskAnswer {
            let id = UUID()
            try await rig.operations.keepImportPart(bytes, number: 0, of: id, user.caller)
            return try await rig.operations.importThings(id, isDry: false, user.request())
        }

        private func mistakes(
            _ bytes: [UInt8], _ rig: TasksRig, _ user: TestUser
        ) async throws -> [FieldError] {
            do {
                _ = try await take(bytes, rig, user)
                return []
            } catch let problem as Problem {
                #expect(problem.status == .unprocessableContent)
                return problem.fields
            }
        }

        private func tasks(_ rig: TasksRig, _ user: TestUser) async throws -> [TodoTask] {
            try await TaskStore(connection: rig.users.reading(for: user.id)).tasks(
                "SELECT \(fragment: TaskRows.columns) FROM tasks.task WHERE user_id = \(user.id) ORDER BY id")
        }

        private func asked(_ rig: TasksRig) async throws -> [OccurrenceDue] {
            try await rig.administrator.query(
                "SELECT payload FROM tasks.outbox WHERE type = \(EventType.occurrenceDue) ORDER BY id"
            ).map { row in
                let payload: String = try row.value("payload")
                let verdict = EventCatalogue.platform.verdict(
                    onType: EventType.occurrenceDue, data: Array(payload.utf8))
                #expect(verdict == .valid)
                return try WireJSON.decode(OccurrenceDue.self, from: Array(payload.utf8))
            }
        }

        @Test func `a place in a series that cannot be is refused with its line`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let many = (0...1000).map { "\"\(2026 + $0)-01-01\"" }.joined(separator: ",")
            let places = [
                (#""version":9223372036854775807"#, "version"), (#""version":0"#, "version"),
                (#""version":-9223372036854775808"#, "version"), (#""position":0"#, "position"),
                (#""position":9007199254740991"#, "position"), (#""start":"x""#, "start"),
                (#""occurrenceKey":"2026-02-30""#, "occurrenceKey"), (#""excluded":["x"]"#, "excluded/0"),
                (#""excluded":["2026-01-02","2026-01-02"]"#, "excluded/1"),
                (#""excluded":[\#(many)]"#, "excluded"),
            ]
            for (member, name) in places {
                let bytes = file(
                    #""due":{"kind":"date","local":"2026-01-01"}"#,
                    #""due":{"kind":"date","local":"2026-01-01"},"recurrence":{"rrule":"FREQ=DAILY","seriesId":"\#(Self.series)",\#(member)}"#
                )
                let found = try await mistakes(bytes, rig, user)
                #expect(found.map(\.pointer) == ["/tasks/1/recurrence/\(name)"], "\(member)")
                #expect(found.map(\.line) == [4], "\(member)")
            }
            #expect(try await tasks(rig, user).isEmpty)
            await rig.close()
        }

        @Test func `the highest numbers of a file can be counted on from`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let bytes = file(
                #""due":{"kind":"date","local":"2026-01-01"},"recurrence":{"rrule":"FREQ=DAILY","seriesId":"\#(Self.series)","position":1000000000000,"version":1000000000000}"#
            )
            _ = try await take(bytes, rig, user)
            let id = try #require(try await tasks(rig, user).first).id
            let changed = try await rig.operations.perform(
                rig.patch(#"{"recurrence":{"mode":"completion"}}"#), on: id, scope: .all, user.request()
            ).task()
            #expect(changed.recurrence?.version == 1_000_000_000_001)
            #expect(Set(try await rig.events(of: id)) == [EventType.taskCreated, EventType.taskUpdated])
            await rig.close()
        }

        @Test func `moments that no computer saw are refused`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            for name in ["createdAt", "updatedAt", "completedAt", "deletedAt"] {
                for moment in ["1599-12-31T23:59:59Z", "9990-01-01T00:00:00Z"] {
                    let found = try await mistakes(file(#""\#(name)":"\#(moment)""#), rig, user)
                    #expect(found.map(\.pointer) == ["/tasks/0/\(name)"], "\(moment)")
                }
            }
            await rig.close()
        }

        @Test func `a rule that was written by hand begins a series, and comes again`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            // The 16th is a Monday: the rule begins a day later.
            let bytes = file(
                #""due":{"kind":"date","local":"2026-11-16"},"recurrence":{"rrule":"FREQ=WEEKLY;BYDAY=TU"}"#)
            _ = try await take(bytes, rig, user)
            let task = try #require(try await tasks(rig, user).first)
            #expect(task.due?.local == "2026-11-17" && task.recurrence?.start == "2026-11-17")
            #expect(task.recurrence?.seriesId != nil && task.recurrence?.occurrenceKey == "2026-11-17")
            _ = try await rig.operations.perform(.complete, on: task.id, user.request())
            #expect(try await asked(rig).map(\.taskID.uuid) == [task.id])
            await rig.close()
        }

        @Test func `a rule that yields nothing is refused with its line`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let bytes = file(
                #""priority":"high""#,
                #""due":{"kind":"date","local":"2026-11-16"},"recurrence":{"rrule":"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}"#
            )
            let found = try await mistakes(bytes, rig, user)
            #expect(found.map(\.pointer) == ["/tasks/1/recurrence/rrule"] && found.map(\.line) == [4])
            #expect(try await tasks(rig, user).isEmpty)
            await rig.close()
        }

        @Test func `an instance with a time where its series has dates is taken in again`() async throws {
            let rig = try await TasksRig()
            let (one, other) = (TestUser(), TestUser())
            let task = try await rig.create(
                #"{"title":"a","due":{"kind":"date","local":"2026-11-16"},"recurrence":{"rrule":"FREQ=DAILY"}}"#,
                by: one)
            let patch = try rig.patch(
                #"{"due":{"kind":"zoned","local":"2026-11-16T15:00","tz":"Europe/Berlin"}}"#)
            _ = try await rig.operations.perform(patch, on: task.id, one.request())
            var bytes: [UInt8] = []
            for try await piece in TaskExport(database: rig.users, user: one.id).document() { bytes += piece }
            _ = try await take(bytes, rig, other)
            let copy = try #require(try await tasks(rig, other).first)
            #expect(copy.due?.local == "2026-11-16T15:00" && copy.recurrence?.seriesId != nil)
            _ = try await rig.operations.perform(.complete, on: copy.id, other.request())
            #expect(try await asked(rig).map(\.due) == [copy.due])
            await rig.close()
        }
    }
}
