import EventFlow
import FoundationEssentials
import Logging
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    struct TrashTests {
        @Test func `what is purged is gone with its texts, told once, and cannot be undone`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let root = try await rig.create(#"{"title":"secret words"}"#, by: user).id
            let part = try await rig.create(#"{"title":"secret","parentId":"\#(root.uuidString)"}"#, by: user)
                .id
            let patch = try rig.patch(#"{"title":"secret things"}"#)
            let patched = try await rig.operations.perform(patch, on: root, user.request())
            await #expect(throws: Problem.self) { try await rig.operations.purge(root, user.request()) }
            _ = try await rig.operations.perform(.delete, on: root, user.request())
            let kept = try await rig.create(by: user).id
            let purged = try await rig.operations.purge(root, user.request())
            #expect(purged.status == 204 && purged.headers["Undo-Token"] == nil)
            #expect(try await rig.count("SELECT count(*) FROM tasks.task") == 1)
            #expect(try await rig.count("SELECT count(*) FROM tasks.change WHERE diff LIKE '%secret%'") == 0)
            #expect(try await rig.events(of: part).last == EventType.taskPurged)
            let token = try #require(patched.headers["Undo-Token"])
            await #expect(throws: Problem.self) {
                try await rig.operations.undo(UndoRequest(token: token), user.request())
            }
            _ = try await rig.operations.perform(.delete, on: kept, user.request())
            let answer = try await rig.operations.emptyTrash(user.request())
            #expect(try WireJSON.decode(PurgeAnswer.self, from: answer.body).purged == 1)
            #expect(try await rig.count("SELECT count(*) FROM tasks.task") == 0)
            await rig.close()
        }

        @Test func `a task is read where it is, either among the others or in the trash`() async throws {
            let rig = try await TasksRig()
            let (user, stranger) = (TestUser(), TestUser())
            let id = try await rig.create(#"{"title":"old letters"}"#, by: user).id
            await #expect(throws: Problem.self) { try await rig.operations.trashedTask(id, of: user.caller) }
            _ = try await rig.operations.perform(.delete, on: id, user.request())
            #expect(try await rig.operations.trashedTask(id, of: user.caller).title == "old letters")
            await #expect(throws: Problem.self) { try await rig.operations.task(id, of: user.caller) }
            await #expect(throws: Problem.self) {
                try await rig.operations.trashedTask(id, of: stranger.caller)
            }
            await rig.close()
        }

        @Test func `the trash empties itself after its time, for every user`() async throws {
            let rig = try await TasksRig()
            let users = [TestUser(), TestUser()]
            for user in users {
                for _ in 0..<3 {
                    let id = try await rig.create(by: user).id
                    _ = try await rig.operations.perform(.delete, on: id, user.request())
                }
            }
            let purging = TrashPurging(
                operations: rig.operations, trashDays: 30, changeDays: 90, logger: Logger(label: "test"),
                portion: 2)
            try await rig.administrator.execute(
                """
                UPDATE tasks.task SET deleted_at = now() - interval '31 days'
                WHERE id IN (SELECT DISTINCT ON (user_id) id FROM tasks.task ORDER BY user_id, id)
                """)
            try await purging.round()
            #expect(try await rig.count("SELECT count(*) FROM tasks.task") == 4)
            rig.clock.advance(seconds: 31 * 86_400)
            try await rig.administrator.execute(
                "UPDATE tasks.task SET deleted_at = now() - interval '2 hours'")
            try await purging.round()
            #expect(try await rig.count("SELECT count(*) FROM tasks.task") == 0)
            #expect(
                try await rig.count(
                    "SELECT count(*) FROM tasks.outbox WHERE type = 'todo.task.purged.v1' AND actor = 'service'"
                )
                    == 6)
            await rig.close()
        }

        @Test func `a user who is deleted leaves no row`() async throws {
            let rig = try await TasksRig()
            let users = [TestUser(), TestUser()]
            for user in users {
                _ = try await rig.operations.create(
                    rig.newTask(#"{"title":"words","list":"L"}"#), user.request(key: "k"))
                try await rig.setZone("Asia/Tokyo", of: user, version: 2)
                let filter = try WireJSON.decode(
                    SavedFilterBody.self, from: Array(#"{"name":"n","filter":"p1"}"#.utf8))
                _ = try await SavedFilterOperations(writes: rig.operations).create(filter, user.request())
                let body = try WireJSON.decode(
                    TemplateRequest.self, from: Array(#"{"name":"n","task":{"title":"t"}}"#.utf8))
                let made = try await rig.operations.createTemplate(body, user.request())
                _ = try await rig.operations.undo(
                    UndoRequest(token: try #require(made.headers["Undo-Token"])), user.request())
                _ = try await rig.operations.createTemplate(body, user.request())
                try await leaveRest(of: user, rig)
            }
            try await rig.database.transaction(for: users[0].id) {
                try await UserData.delete(users[0].id, in: $0)
            }
            for table in UserData.tables {
                let sql: SQL = "SELECT count(*) FROM tasks.\(unescaped: table) WHERE user_id = "
                #expect(try await rig.count(sql + "\(users[0].id)") == 0, "\(table)")
                #expect(try await rig.count(sql + "\(users[1].id)") > 0, "\(table)")
            }
            // Whatever table there is with rows of users is in the list, and guarded.
            let guarded = try await rig.administrator.query(
                """
                SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'user_id'
                WHERE relnamespace = 'tasks'::regnamespace AND relkind = 'r' AND relname <> 'outbox'
                  AND relrowsecurity AND relforcerowsecurity
                """
            ).map { try $0.value("relname", as: String.self) }
            #expect(Set(guarded).isSuperset(of: UserData.tables))
            await rig.close()
        }

        /// What an import, a part of another one, a calendar and a purge leave.
        private func leaveRest(of user: TestUser, _ rig: TasksRig) async throws {
            let text = #"{"format":"todo.export","version":1,"tasks":[{"id":"1","title":"a"}]}"#
            let id = UUID()
            try await rig.operations.keepImportPart(Array(text.utf8), number: 0, of: id, user.caller)
            _ = try await rig.operations.importThings(id, isDry: false, user.request())
            try await rig.operations.keepImportPart(Array(text.utf8), number: 0, of: UUID(), user.caller)
            _ = try await CalendarFeeds(database: rig.users).rotate(of: user.caller)
            let gone = try await rig.create(by: user).id
            _ = try await rig.operations.perform(.delete, on: gone, user.request())
            _ = try await rig.operations.purge(gone, user.request())
        }
    }
}
