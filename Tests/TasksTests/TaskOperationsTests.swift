import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    struct TaskOperationsTests {
        private func status(of work: () async throws -> TaskAnswer) async throws -> UInt {
            do {
                return UInt(try await work().status)
            } catch let problem as Problem {
                return UInt(problem.status.code)
            } catch is ValidationError {
                return 422
            }
        }

        @Test func `a patch writes what changed and tells which fields`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let task = try await rig.create(#"{"title":"milk","list":"Shop","tags":["a"]}"#, by: user)
            rig.clock.advance(seconds: 5)
            let patch = try rig.patch(#"{"title":"oat milk","list":null,"tags":["a"],"priority":"high"}"#)
            let after = try await rig.operations.perform(patch, on: task.id, user.request()).task()
            #expect(after.title == "oat milk" && after.list == nil && after.priority == .high)
            #expect(
                after.version == 2 && after.updatedAt > task.updatedAt && after.createdAt == task.createdAt)
            #expect(try await rig.operations.task(task.id, of: user.caller) == after)
            let payload: String = try #require(
                try await rig.administrator.query(
                    "SELECT payload FROM tasks.outbox WHERE type = \(EventType.taskUpdated)"
                ).first
            ).value("payload")
            let snapshot = try WireJSON.decode(TaskSnapshot.self, from: Array(payload.utf8))
            #expect(snapshot == TaskSnapshot(task: after, changedFields: [.title, .priority, .list]))
            await rig.close()
        }

        @Test func `every field survives the way through the database`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let task = try await rig.create(by: user)
            let patch = try rig.patch(
                """
                {"title":"t","description":"d\\n🥛","priority":"urgent","tags":["x","y \\"z\\""],"list":"L",
                 "due":{"kind":"zoned","local":"2026-12-01T09:00","tz":"Europe/Amsterdam"}}
                """)
            let after = try await rig.operations.perform(patch, on: task.id, user.request()).task()
            #expect(try await rig.operations.task(task.id, of: user.caller) == after)
            let emptied = try await rig.operations.perform(
                try rig.patch(#"{"description":null,"priority":null,"tags":null,"list":null,"due":null}"#),
                on: task.id, user.request()
            ).task()
            #expect(emptied.due == nil && emptied.tags.isEmpty && emptied.priority == .none)
            #expect(try await rig.operations.task(task.id, of: user.caller) == emptied)
            await rig.close()
        }

        @Test func `a task goes through complete, reopen, trash and back, each told once`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(by: user).id
            for act in [TaskAct.complete, .complete, .reopen, .reopen] {
                _ = try await rig.operations.perform(act, on: id, user.request())
            }
            let deleted = try await rig.operations.perform(.delete, on: id, user.request())
            #expect(deleted.status == 204 && deleted.body.isEmpty)
            for act in [TaskAct.complete, .reopen, .delete, try rig.patch(#"{"title":"x"}"#)] {
                #expect(
                    try await status { try await rig.operations.perform(act, on: id, user.request()) } == 404)
            }
            await #expect(throws: Problem.self) { try await rig.operations.task(id, of: user.caller) }
            let trash = TaskListRequest(inTrash: true, limit: 10)
            #expect(try await rig.listing.page(trash, of: user.caller).items.map(\.task.id) == [id])
            #expect(try await rig.listing.page(TaskListRequest(limit: 10), of: user.caller).items.isEmpty)
            for _ in 0..<2 { _ = try await rig.operations.perform(.restore, on: id, user.request()) }
            #expect(try await rig.listing.page(trash, of: user.caller).items.isEmpty)
            #expect(try await rig.operations.task(id, of: user.caller).version == 5)
            #expect(
                try await rig.events(of: id) == [
                    EventType.taskCreated, EventType.taskCompleted, EventType.taskReopened,
                    EventType.taskDeleted, EventType.taskRestored,
                ])
            await rig.close()
        }

        @Test func `a list shows one status, and its pages neither lose nor repeat`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            var open: [UUID] = []
            var completed: [UUID] = []
            for index in 0..<9 {
                // Ids of one millisecond have no order among themselves; the list's order is that of ids all the same.
                let id = try await rig.create(by: user).id
                guard index % 3 == 0 else {
                    open.append(id)
                    continue
                }
                completed.append(id)
                _ = try await rig.operations.perform(.complete, on: id, user.request())
            }
            func all(_ status: TaskStatus) async throws -> [UUID] {
                var found: [UUID] = []
                var request = TaskListRequest(status: status, limit: 2)
                repeat {
                    let page = try await rig.listing.page(request, of: user.caller)
                    found += page.items.map(\.task.id)
                    request.cursor = page.nextCursor
                    if request.cursor != nil { _ = try await rig.create(by: user) }
                } while request.cursor != nil
                return found
            }
            #expect(Set(try await all(.completed)) == Set(completed))
            let shown = try await all(.open).filter(open.contains)
            #expect(shown.count == open.count && Set(shown) == Set(open))
            await rig.close()
        }

        @Test func `a condition on the version holds for every write`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(by: user).id
            let patch = try rig.patch(#"{"title":"x"}"#)
            for act in [patch, .complete, .reopen, .delete, .restore] {
                for tag in ["\"7\"", "W/\"1\""] {
                    let request = try user.request(ifMatch: tag)
                    #expect(
                        try await status { try await rig.operations.perform(act, on: id, request) } == 412)
                }
            }
            #expect(try await rig.events(of: id) == [EventType.taskCreated])
            for (act, tag) in [(patch, "\"1\""), (.complete, "*"), (.delete, "\"9\", \"3\"")] {
                let request = try user.request(ifMatch: tag)
                #expect(try await status { try await rig.operations.perform(act, on: id, request) } < 300)
            }
            #expect(
                try await status {
                    try await rig.operations.perform(.complete, on: UUID(), user.request(ifMatch: "*"))
                } == 404)
            await rig.close()
        }

        @Test func `of 32 parallel writers with If-Match none loses an update`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(#"{"title":"count","tags":[]}"#, by: user).id
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<32 {
                    group.addTask {
                        while true {
                            let seen = try await rig.operations.task(id, of: user.caller)
                            let tags = (seen.tags + ["w\(writer)"]).map { "\"\($0)\"" }.joined(separator: ",")
                            let request = try user.request(ifMatch: entityTag(version: seen.version))
                            do {
                                let patch = try rig.patch("{\"tags\":[\(tags)]}")
                                _ = try await rig.operations.perform(patch, on: id, request)
                                return
                            } catch let problem as Problem where problem.status == .preconditionFailed {
                                continue
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let task = try await rig.operations.task(id, of: user.caller)
            #expect(Set(task.tags) == Set((0..<32).map { "w\($0)" }))
            #expect(task.version == 33)
            #expect(try await rig.events(of: id).count == 33)
            await rig.close()
        }
    }
}
