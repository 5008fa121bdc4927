import EventFlow
import Foundation
import HTTPTypes
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    /// Export, import and the calendar on a database.
    struct ExchangeTests {
        private func export(_ rig: TasksRig, _ user: TestUser, portion: Int = 2) async throws -> [UInt8] {
            var bytes: [UInt8] = []
            let export = TaskExport(database: rig.users, user: user.id, portion: portion)
            for try await piece in export.document() { bytes += piece }
            return bytes
        }

        private func take(
            _ bytes: [UInt8], _ rig: TasksRig, _ user: TestUser, isDry: Bool = false
        ) async throws -> ImportAnswer {
            let id = UUID()
            var number = 0
            for start in stride(from: 0, to: bytes.count, by: 100) {
                let part = Array(bytes[start..<min(start + 100, bytes.count)])
                try await rig.operations.keepImportPart(part, number: number, of: id, user.caller)
                number += 1
            }
            let answer = try await rig.operations.importThings(id, isDry: isDry, user.request())
            return try WireJSON.decode(ImportAnswer.self, from: answer.body)
        }

        /// An export without what another account cannot have: ids by their place, versions, and the moment.
        private func comparable(_ bytes: [UInt8]) throws -> NSDictionary {
            var text = String(decoding: bytes, as: UTF8.self)
            var document = try #require(
                try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
            var place = 0
            for section in ["lists", "templates", "filters", "tasks"] {
                for item in document[section] as? [[String: Any]] ?? [] {
                    let id = try #require(item["id"] as? String)
                    text = text.replacingOccurrences(of: id, with: "\(section) \(place)")
                    place += 1
                }
            }
            document = try #require(
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            document["exportedAt"] = nil
            document["change"] = nil
            for section in ["lists", "templates", "filters", "tasks"] {
                let items = document[section] as? [[String: Any]] ?? []
                document[section] = items.map { item in
                    item.filter { name, _ in
                        name != "version" && !(section == "filters" && name.hasSuffix("At"))
                    }
                }
            }
            return document as NSDictionary
        }

        private func fill(_ rig: TasksRig, _ user: TestUser) async throws {
            let parent = try await rig.create(
                #"{"title":"a \"quoted\" one","description":"x\ny","tags":["t","u"],"list":"L","priority":"high"}"#,
                by: user)
            rig.clock.advance(seconds: 1)
            let child = try await rig.create(
                #"{"title":"b","parentId":"\#(parent.id)","due":{"kind":"zoned","local":"2026-12-01T09:00","tz":"Europe/Amsterdam"}}"#,
                by: user)
            _ = try await rig.operations.perform(.complete, on: child.id, user.request())
            rig.clock.advance(seconds: 1)
            let gone = try await rig.create(#"{"title":"gone"}"#, by: user)
            _ = try await rig.operations.perform(.delete, on: gone.id, user.request())
            let body = try WireJSON.decode(
                TemplateRequest.self,
                from: Array(#"{"name":"n","task":{"title":"t","subtasks":[{"title":"s"}]}}"#.utf8))
            let made = try await rig.operations.createTemplate(body, user.request())
            let template = try WireJSON.decode(TaskTemplate.self, from: made.body).id
            rig.clock.advance(seconds: 1)
            _ = try await rig.operations.instantiate(template, InstanceRequest(), user.request())
            _ = try await SavedFilterOperations(writes: rig.operations).create(
                SavedFilterBody(name: "mine", filter: "overdue", sort: nil), user.request())
        }

        @Test func `the export of one user, imported into another, equals it`() async throws {
            let rig = try await TasksRig()
            let (one, other) = (TestUser(), TestUser())
            try await fill(rig, one)
            let file = try await export(rig, one)
            let dry = try await take(file, rig, other, isDry: true)
            #expect(dry.tasks.created == 5)
            #expect(try await rig.count("SELECT count(*) FROM tasks.task WHERE user_id = \(other.id)") == 0)
            let made = try await take(file, rig, other)
            #expect(made.tasks.created == 5 && made.lists.created == 1 && made.templates.created == 1)
            let copy = try await export(rig, other, portion: 500)
            #expect(try comparable(copy) == comparable(file))
            // Each thing was told and has its history; nothing is left of the parts.
            #expect(
                try await rig.count(
                    "SELECT count(*) FROM tasks.change WHERE user_id = \(other.id) AND entity = 'task'") == 5)
            #expect(
                try await rig.count("SELECT count(*) FROM tasks.import_part WHERE user_id = \(other.id)") == 0
            )

            let again = try await take(file, rig, other)
            #expect(again.tasks.created == 0 && again.tasks.existing == 5 && again.lists.existing == 1)
            #expect(again.templates.existing == 1 && again.filters.existing == 1)
            let home = try await take(file, rig, one)
            #expect(home.tasks.created == 0 && home.templates.created == 0)
            await rig.close()
        }

        @Test func `a broken import changes nothing`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let text = """
                {"format":"todo.export","version":1,
                "lists":[{"name":"L"}],
                "tasks":[
                {"id":"1","title":"fine"},
                {"id":"2","title":""}]}
                """
            do {
                _ = try await take(Array(text.utf8), rig, user)
                Issue.record("it was taken")
            } catch let problem as Problem {
                #expect(problem.status.code == 422)
                #expect(problem.fields.map(\.pointer) == ["/tasks/1/title"] && problem.fields[0].line == 5)
            }
            for table in ["task", "list", "change", "outbox"] {
                let rows = try await rig.administrator.query(
                    "SELECT count(*) FROM tasks.\(unescaped: table)")
                #expect(try rows[0].value(at: 0, as: Int.self) == 0, "\(table)")
            }
            await rig.close()
        }

        @Test func `parts of somebody else's import are as good as none`() async throws {
            let rig = try await TasksRig()
            let (one, other) = (TestUser(), TestUser())
            let id = UUID()
            let text = #"{"format":"todo.export","version":1,"tasks":[{"id":"1","title":"secret"}]}"#
            try await rig.operations.keepImportPart(Array(text.utf8), number: 0, of: id, one.caller)
            for stranger in [id, UUID()] {
                do {
                    _ = try await rig.operations.importThings(stranger, isDry: false, other.request())
                    Issue.record("it was taken")
                } catch let problem as Problem {
                    #expect(problem.status.code == 409)
                }
            }
            await rig.close()
        }

        @Test func `a calendar is found by its secret alone, until that is changed or given up`() async throws
        {
            let rig = try await TasksRig()
            let (one, other) = (TestUser(), TestUser())
            let feeds = CalendarFeeds(database: rig.users)
            #expect(try await feeds.createdAt(of: one.caller) == nil)
            _ = try await rig.create(
                #"{"title":"due; \\ one, with ünïcödé that is long enough to be folded in the middle of 🎉 something","due":{"kind":"date","local":"2026-12-01"}}"#,
                by: one)
            _ = try await rig.create(
                #"{"title":"zoned","due":{"kind":"zoned","local":"2026-12-01T09:00","tz":"Europe/Amsterdam"}}"#,
                by: one)
            _ = try await rig.create(
                #"{"title":"floating","due":{"kind":"floating","local":"2026-12-01T09:00"}}"#, by: one)
            let secret = try await feeds.rotate(of: one.caller)
            #expect(secret.utf8.count == 43)
            let bytes = try #require(try await feeds.calendar(at: secret))
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.hasPrefix("BEGIN:VCALENDAR\r\n") && text.hasSuffix("END:VCALENDAR\r\n"))
            #expect(text.contains("DUE;VALUE=DATE:20261201\r\n") && text.contains("DUE:20261201T080000Z\r\n"))
            #expect(text.contains("DUE:20261201T090000\r\n") && text.contains("BEGIN:VEVENT"))
            #expect(bytes.split(separator: 0x0A).allSatisfy { $0.count <= 76 })
            let unfolded = text.replacingOccurrences(of: "\r\n ", with: "")
            #expect(
                unfolded.contains(#"SUMMARY:due\; \\ one\, with ünïcödé that is long enough to be folded"#))
            #expect(try await feeds.calendar(at: secret) == bytes)
            // Only a digest is kept, and nobody else can see, rotate or revoke it.
            #expect(
                try await rig.count("SELECT count(*) FROM tasks.calendar_feed WHERE digest = \(secret)") == 0)
            #expect(try await feeds.revoke(of: other.caller) == false)
            #expect(try await feeds.createdAt(of: other.caller) == nil)
            let next = try await feeds.rotate(of: one.caller)
            #expect(try await feeds.calendar(at: secret) == nil)
            #expect(try await feeds.calendar(at: next) != nil)
            #expect(try await feeds.revoke(of: one.caller))
            #expect(try await feeds.calendar(at: next) == nil)
            #expect(try await feeds.calendar(at: "") == nil)
            await rig.close()
        }

        @Test func `a table quotes what has to be quoted and hides formulas`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let task = try await rig.create(#"{"title":"=1+1, \"x\"","tags":["a","b"]}"#, by: user)
            let line = String(decoding: TaskTable.line(of: task), as: UTF8.self)
            #expect(line.contains("\"'=1+1, \"\"x\"\"\"") && line.hasSuffix("\r\n"))
            #expect(line.contains("\"a, b\""))
            await rig.close()
        }
    }
}
