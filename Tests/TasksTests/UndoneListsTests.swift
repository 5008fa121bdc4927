import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    /// Undo of writes that made or renamed lists.
    struct UndoneListsTests {
        /// Tasks with their lists, and the lists there are.
        private func state(_ rig: TasksRig, _ user: TestUser) async throws -> [String] {
            try await rig.administrator.query(
                """
                SELECT title || ':' || coalesce(list, '') AS row FROM tasks.task
                WHERE user_id = \(user.id) AND deleted_at IS NULL
                UNION ALL SELECT 'list:' || name FROM tasks.list WHERE user_id = \(user.id) ORDER BY 1
                """
            ).map { try $0.value("row") }
        }

        private func undo(
            _ answer: TaskAnswer, force: Bool = false, _ rig: TasksRig, _ user: TestUser
        ) async throws -> TaskAnswer {
            let token = try #require(answer.headers["Undo-Token"])
            return try await rig.operations.undo(UndoRequest(token: token, force: force), user.request())
        }

        private func take(_ text: String, _ rig: TasksRig, _ user: TestUser) async throws -> TaskAnswer {
            let id = UUID()
            try await rig.operations.keepImportPart(Array(text.utf8), number: 0, of: id, user.caller)
            return try await rig.operations.importThings(id, isDry: false, user.request())
        }

        private static let file = """
            {"format":"todo.export","version":1,"lists":[{"name":"L"},{"name":"M"}],"tasks":[
            {"id":"1","title":"a","list":"L"},{"id":"2","title":"b","list":"L","parentId":"1"},
            {"id":"3","title":"c","list":"M","deletedAt":"2026-01-01T00:00:00Z"},{"id":"4","title":"d"}]}
            """

        @Test func `what came into a list since it was renamed goes back with it`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            _ = try await rig.create(#"{"title":"old","list":"A"}"#, by: user)
            let list = try #require(
                try await rig.operations.lists(archived: nil, of: user.caller).items.first)
            let renamed = try await rig.operations.changeList(
                list.id, ListRequest(name: "B"), user.request())
            let new = try await rig.create(#"{"title":"new","list":"B"}"#, by: user)
            let undone = try await undo(renamed, rig, user)
            #expect(try await state(rig, user) == ["list:A", "new:A", "old:A"])
            let answer = try WireJSON.decode(TasksAnswer.self, from: undone.body)
            #expect(answer.changed == 2 && answer.items?.last?.id == new.id)
            let redone = try await undo(undone, rig, user)
            #expect(try await state(rig, user) == ["list:B", "new:B", "old:B"])
            _ = try await undo(redone, rig, user)
            #expect(try await state(rig, user) == ["list:A", "new:A", "old:A"])
            await rig.close()
        }

        @Test func `an import with its lists is undone, and done again`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let answer = try await take(Self.file, rig, user)
            let whole = try await state(rig, user)
            #expect(whole == ["a:L", "b:L", "d:", "list:L", "list:M"])
            let undone = try await undo(answer, rig, user)
            #expect(try await state(rig, user).isEmpty)
            // In the trash they name no list that is not there.
            #expect(try await rig.count("SELECT count(*) FROM tasks.task WHERE list IS NOT NULL") == 0)
            #expect(try await rig.count("SELECT count(*) FROM tasks.task") == 4)
            let redone = try await undo(undone, rig, user)
            #expect(try await state(rig, user) == whole)
            #expect(
                try await rig.count("SELECT count(*) FROM tasks.task WHERE list = 'M'") == 1)
            _ = try await undo(redone, rig, user)
            #expect(try await state(rig, user).isEmpty)
            await rig.close()
        }

        @Test func `a list that has got tasks of others since keeps its import`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let answer = try await take(Self.file, rig, user)
            _ = try await rig.create(#"{"title":"since","list":"L"}"#, by: user)
            let before = try await state(rig, user)
            await #expect(throws: Problem.self) { try await undo(answer, rig, user) }
            await #expect(throws: Problem.self) { try await undo(answer, force: true, rig, user) }
            #expect(try await state(rig, user) == before)
            await rig.close()
        }

        @Test func `a write of too many changes has no token and is not undone`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let answer = try await rig.operations.create(rig.newTask(#"{"title":"a"}"#), user.request())
            let id = try #require(answer.taskID)
            func token() async throws -> String? {
                try await rig.operations.history(of: id, before: nil, limit: 9, for: user.caller)
                    .items.last?.undoToken
            }
            #expect(try await token() == answer.headers["Undo-Token"])
            try await rig.administrator.execute(
                """
                INSERT INTO tasks.change
                  (user_id, number, operation, entity, entity_id, type, version, actor, at, diff)
                SELECT user_id, number + extra, operation, entity, gen_random_uuid(), type, version, actor, at, '[]'
                FROM tasks.change, generate_series(1, \(Write.mostUndone)) AS extra WHERE user_id = \(user.id)
                """)
            #expect(try await token() == nil)
            do {
                _ = try await undo(answer, rig, user)
                Issue.record("it was undone")
            } catch let problem as Problem {
                #expect(problem.status == .unprocessableContent)
            }
            #expect(try await rig.operations.task(id, of: user.caller).title == "a")
            await rig.close()
        }
    }
}
