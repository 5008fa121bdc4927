import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    struct UndoTests {
        /// Everything of a user but what an undo may change.
        private func state(_ rig: TasksRig, _ user: TestUser) async throws -> [String] {
            try await rig.administrator.query(
                """
                SELECT (to_jsonb(task) - 'version' - 'updated_at')::text AS row FROM tasks.task
                WHERE user_id = \(user.id) ORDER BY id
                """
            ).map { try $0.value("row") }
        }

        private func undo(_ answer: TaskAnswer, force: Bool = false, _ rig: TasksRig, _ user: TestUser)
            async throws
            -> TaskAnswer
        {
            let token = try #require(answer.headers["Undo-Token"])
            return try await rig.operations.undo(UndoRequest(token: token, force: force), user.request())
        }

        private func status(_ work: () async throws -> TaskAnswer) async throws -> Int {
            do {
                return try await work().status
            } catch let problem as Problem {
                return problem.status.code
            }
        }

        @Test func `undo takes every write back, and undoing that does it again`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let root = try await rig.create(
                #"{"title":"a","description":"d","list":"L","tags":["x"]}"#, by: user
            ).id
            let part = try await rig.create(#"{"title":"b","parentId":"\#(root.uuidString)"}"#, by: user).id
            let other = try await rig.create(by: user).id
            let patch = try rig.patch(
                #"{"title":"z","description":null,"tags":[],"list":"M","due":{"kind":"date","local":"2026-12-01"}}"#
            )
            let writes: [() async throws -> TaskAnswer] = [
                { try await rig.operations.perform(patch, on: root, user.request()) },
                { try await rig.operations.perform(.complete, on: root, user.request()) },
                { try await rig.operations.perform(.delete, on: root, user.request()) },
                {
                    try await rig.operations.move(part, to: MoveRequest(parentId: .some(nil)), user.request())
                },
                {
                    try await rig.operations.move(
                        other, to: MoveRequest(parentId: .some(part)), user.request())
                },
                { try await rig.operations.retag(RetagRequest(from: ["x"], to: "y"), user.request()) },
            ]
            for (index, write) in writes.enumerated() {
                let before = try await state(rig, user)
                let answer = try await write()
                let after = try await state(rig, user)
                #expect(before != after, "\(index)")
                let undone = try await undo(answer, rig, user)
                #expect(try await state(rig, user) == before, "\(index)")
                let redone = try await undo(undone, rig, user)
                #expect(try await state(rig, user) == after, "\(index)")
                _ = try await undo(redone, rig, user)
                #expect(try await state(rig, user) == before, "\(index)")
            }
            await rig.close()
        }

        @Test(arguments: [Caller.Actor.service, .agent, .mcp])
        func `what others wrote for a user, the user takes back`(_ actor: Caller.Actor) async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let other = TestUser(id: user.id, actor: actor)
            let root = try await rig.create(#"{"title":"a","list":"L","tags":["x"]}"#, by: user).id
            let part = try await rig.create(#"{"title":"b","parentId":"\#(root.uuidString)"}"#, by: user).id
            let patch = try rig.patch(
                #"{"title":"z","priority":"high","due":{"kind":"floating","local":"2026-12-01T09:00"}}"#)
            let bulk = try WireJSON.decode(
                BulkRequest.self,
                from: Array(
                    #"{"items":[{"op":"complete","id":"\#(part)"},{"op":"patch","id":"\#(root)","patch":{"tags":[]}}]}"#
                        .utf8))
            let writes: [() async throws -> TaskAnswer] = [
                { try await rig.operations.perform(patch, on: root, other.request()) },
                { try await rig.operations.perform(.complete, on: root, other.request()) },
                { try await rig.operations.perform(.delete, on: root, other.request()) },
                {
                    try await rig.operations.move(
                        part, to: MoveRequest(parentId: .some(nil)), other.request())
                },
                { try await rig.operations.bulk(bulk, other.request()) },
            ]
            for (index, write) in writes.enumerated() {
                let before = try await state(rig, user)
                let version = try await rig.count(
                    "SELECT version::bigint FROM tasks.task WHERE id = \(root)")
                let answer = try await write()
                #expect(try await state(rig, user) != before, "\(index)")
                _ = try await undo(answer, rig, user)
                #expect(try await state(rig, user) == before, "\(index)")
                let now = try await rig.count("SELECT version::bigint FROM tasks.task WHERE id = \(root)")
                #expect(index == 3 || now == version + 2, "\(index)")
            }
            let history = try await rig.operations.history(of: root, before: nil, limit: 9, for: user.caller)
            #expect(Set(history.items.map(\.actor)) == [actor.rawValue, "user"])
            await rig.close()
        }

        @Test func `an undone create is in the trash, and done again it is back`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let answer = try await rig.operations.create(rig.newTask(#"{"title":"a"}"#), user.request())
            let id = try #require(answer.taskID)
            let undone = try await undo(answer, rig, user)
            await #expect(throws: Problem.self) { try await rig.operations.task(id, of: user.caller) }
            _ = try await undo(undone, rig, user)
            #expect(try await rig.operations.task(id, of: user.caller).version == 3)
            #expect(
                try await rig.events(of: id) == [
                    EventType.taskCreated, EventType.taskDeleted, EventType.taskRestored,
                ])
            await rig.close()
        }

        @Test func `a token is good once, for a day, for its owner, and while nothing else was written`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(by: user).id
            let first = try await rig.operations.perform(.complete, on: id, user.request())
            #expect(try await status { try await undo(first, rig, TestUser()) } == 404)
            let patch = try await rig.operations.perform(rig.patch(#"{"title":"x"}"#), on: id, user.request())
            #expect(try await status { try await undo(first, rig, user) } == 409)
            #expect(try await status { try await undo(first, force: true, rig, user) } == 200)
            let task = try await rig.operations.task(id, of: user.caller)
            #expect(task.status == .open && task.title == "x")
            #expect(try await status { try await undo(first, rig, user) } == 409)
            rig.clock.advance(seconds: 86_401)
            #expect(try await status { try await undo(patch, rig, user) } == 410)
            for token in ["", "u1.x", "u1.\(UUID().uuidString)"] {
                let work = { try await rig.operations.undo(UndoRequest(token: token), user.request()) }
                #expect(try await status(work) == 404)
            }
            await rig.close()
        }

        @Test func `of two who undo the same at once one succeeds`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(by: user).id
            let answer = try await rig.operations.perform(.complete, on: id, user.request())
            let token = try #require(answer.headers["Undo-Token"])
            let codes = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        do {
                            return try await rig.operations.undo(UndoRequest(token: token), user.request())
                                .status
                        } catch let problem as Problem {
                            return problem.status.code
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == 200 } == 1 && codes.count { $0 == 409 } == 7)
            await rig.close()
        }

        @Test func `a list that was renamed or deleted comes back with its tasks`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            for title in ["a", "b"] {
                _ = try await rig.create(#"{"title":"\#(title)","list":"Home"}"#, by: user)
            }
            let list = try #require(
                try await rig.operations.lists(archived: nil, of: user.caller).items.first)
            let before = try await state(rig, user)
            let renamed = try await rig.operations.changeList(
                list.id, ListRequest(name: "House"), user.request())
            #expect(try await rig.count("SELECT count(*) FROM tasks.task WHERE list = 'House'") == 2)
            _ = try await undo(renamed, rig, user)
            #expect(try await state(rig, user) == before)
            for policy in [ListTasksPolicy.keep, .trash] {
                let deleted = try await rig.operations.deleteList(list.id, tasks: policy, user.request())
                #expect(try await rig.operations.lists(archived: nil, of: user.caller).items.isEmpty)
                _ = try await undo(deleted, rig, user)
                #expect(try await state(rig, user) == before)
                #expect(try await rig.operations.list(list.id, of: user.caller).name == "Home")
            }
            await rig.close()
        }
    }
}
