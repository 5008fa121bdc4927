import EventFlow
import FoundationEssentials
import HTTPTypes
import Logging
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    struct IdempotencyTests {
        @Test func `one key sent 50 times in parallel makes one task and one answer`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let new = try rig.newTask(#"{"title":"once"}"#)
            let request = try user.request(key: "k1", body: "once")
            let answers = try await withThrowingTaskGroup(of: TaskAnswer.self) { group in
                for _ in 0..<50 { group.addTask { try await rig.operations.create(new, request) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 50)
            #expect(answers.filter { !$0.isReplay }.count == 1)
            #expect(Set(answers.map(\.body)).count == 1)
            #expect(Set(answers.map(\.headers)).count == 1)
            #expect(Set(answers.map(\.status)) == [201])
            #expect(Set(answers.map(\.taskID)).count == 1)
            #expect(try await rig.count("SELECT count(*) FROM tasks.task") == 1)
            #expect(try await rig.count("SELECT count(*) FROM tasks.outbox") == 2)
            await rig.close()
        }

        @Test func `every write can be repeated, even when the task has moved on`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(by: user).id
            let acts: [(TaskAct, String)] = [
                (try rig.patch(#"{"title":"x"}"#), "PATCH"), (.complete, "complete"), (.reopen, "reopen"),
                (.delete, "DELETE"), (.restore, "restore"),
            ]
            var first: [TaskAnswer] = []
            for (act, name) in acts {
                first.append(
                    try await rig.operations.perform(act, on: id, user.request(key: "k", method: name)))
            }
            for ((act, name), answer) in zip(acts, first) {
                // The condition was true when the write took place; a repetition is not asked again.
                let request = try user.request(ifMatch: "\"1\"", key: "k", method: name)
                let again = try await rig.operations.perform(act, on: id, request)
                #expect(again.isReplay && !answer.isReplay)
                #expect(again.body == answer.body && again.headers == answer.headers)
                #expect(again.status == answer.status && again.taskID == id)
            }
            #expect(try await rig.operations.task(id, of: user.caller).version == 6)
            #expect(try await rig.events(of: id).count == 6)
            await rig.close()
        }

        @Test func `writes of saved filters can be repeated`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let filters = SavedFilterOperations(writes: rig.operations)
            let body = SavedFilterBody(name: "mine", filter: "overdue", sort: nil)
            let made = try await filters.create(body, user.request(key: "k", path: "/filters"))
            let again = try await filters.create(body, user.request(key: "k", path: "/filters"))
            #expect(again.isReplay && again.body == made.body && again.headers == made.headers)
            let id = try #require(made.filterID)
            let patch = SavedFilterBody(name: "other", filter: "overdue", sort: nil)
            let request = try user.request(ifMatch: "\"1\"", key: "k", method: "PATCH")
            let changed = try await filters.change(id, patch, request)
            #expect(try await filters.change(id, patch, request).body == changed.body)
            #expect(try await filters.find(id, of: user.caller).version == 2)
            let removal = try user.request(key: "k", method: "DELETE")
            _ = try await filters.delete(id, removal)
            #expect(try await filters.delete(id, removal).isReplay)
            let otherBody = try user.request(key: "k", path: "/filters", body: "other")
            let problem = await #expect(throws: Problem.self) { try await filters.create(body, otherBody) }
            #expect(problem?.status == .unprocessableContent)
            await rig.close()
        }

        @Test func `a key with another body is refused, on another path it is another key`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let new = try rig.newTask(#"{"title":"a"}"#)
            let answer = try await rig.operations.create(new, user.request(key: "k", body: "a"))
            let other = try user.request(key: "k", body: "b")
            let problem = await #expect(throws: Problem.self) { try await rig.operations.create(new, other) }
            #expect(problem?.status == .unprocessableContent)
            let elsewhere = try user.request(key: "k", path: "/elsewhere", body: "b")
            let id = try #require(answer.taskID)
            let done = try await rig.operations.perform(.complete, on: id, elsewhere)
            #expect(!done.isReplay)
            let stranger = try TestUser().request(key: "k", body: "a")
            #expect(try await rig.operations.create(new, stranger).isReplay == false)
            #expect(try await rig.count("SELECT count(*) FROM tasks.task") == 2)
            await rig.close()
        }

        @Test func `a write that failed leaves its key unused`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(by: user).id
            let early = try user.request(ifMatch: "\"2\"", key: "k")
            await #expect(throws: Problem.self) { try await rig.operations.perform(.complete, on: id, early) }
            let right = try user.request(ifMatch: "\"1\"", key: "k")
            #expect(try await rig.operations.perform(.complete, on: id, right).isReplay == false)
            await rig.close()
        }

        @Test func `a key is good for 24 hours, then it is pruned or taken anew`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let new = try rig.newTask(#"{"title":"a"}"#)
            for key in ["old1", "old2", "old3"] {
                _ = try await rig.operations.create(new, user.request(key: key))
            }
            rig.clock.advance(seconds: 86_399)
            #expect(try await rig.operations.create(new, user.request(key: "old1")).isReplay)
            rig.clock.advance(seconds: 2)
            #expect(
                try await rig.operations.create(new, user.request(key: "old1", body: "b")).isReplay == false)
            #expect(try await rig.operations.create(new, user.request(key: "old1", body: "b")).isReplay)
            try await rig.administrator.execute(
                "UPDATE tasks.idempotency SET created_at = now() - interval '25 hours' WHERE key <> 'old1'")
            let pruning = IdempotencyPruning(
                database: rig.database, logger: Logger(label: "test"), portion: 1)
            #expect(try await pruning.round() == 2)
            #expect(try await rig.count("SELECT count(*) FROM tasks.idempotency") == 1)
            await rig.close()
        }

        @Test func `a key is visible ASCII and not too long`() throws {
            let user = TestUser()
            for key in ["a", "\"quoted-key\"", String(repeating: "k", count: 255)] {
                #expect(try user.request(key: key).repetition?.key == key)
            }
            for key in ["", "two words", "ünï", String(repeating: "k", count: 256)] {
                #expect(throws: Problem.self) { try user.request(key: key) }
            }
            #expect(try user.request().repetition == nil)
        }
    }
}
