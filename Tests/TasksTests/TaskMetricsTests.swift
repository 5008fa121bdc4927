import EventFlow
import Foundation
import Logging
import Metrics
import MetricsTestKit
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    /// What the use cases of tasks count.
    struct TaskMetricsTests {
        private func withMetrics(_ body: (TasksRig, TestMetrics) async throws -> Void) async throws {
            let metrics = TestMetrics()
            try await withMetricsFactory(metrics) {
                let rig = try await TasksRig()
                try await body(rig, metrics)
                await rig.close()
            }
        }

        private func total(
            _ label: String, _ dimensions: [(String, String)], _ metrics: TestMetrics
        ) throws -> Int64 {
            try metrics.expectCounter(label, dimensions).totalValue
        }

        @Test func `writes, bulk requests, undoing and purging are counted`() async throws {
            try await withMetrics { rig, metrics in
                let user = TestUser()
                let bulk = try WireJSON.decode(
                    BulkRequest.self,
                    from: Array(
                        #"{"items":[{"op":"create","task":{"title":"a"}},{"op":"create","task":{"title":""}}]}"#
                            .utf8))
                let answer = try await rig.operations.bulk(bulk, user.request())
                #expect(try total("todo.bulk.requests", [("outcome", "answered")], metrics) == 1)
                #expect(try metrics.expectRecorder("todo.bulk.items").values == [2])
                let token = try #require(answer.headers["Undo-Token"])
                _ = try await rig.operations.undo(UndoRequest(token: token), user.request())
                let again = UndoRequest(token: token)
                await #expect(throws: Problem.self) { try await rig.operations.undo(again, user.request()) }
                #expect(try total("todo.undo.requests", [("outcome", "undone")], metrics) == 1)
                #expect(try total("todo.undo.requests", [("outcome", "refused")], metrics) == 1)
                _ = try await rig.operations.emptyTrash(user.request())
                #expect(try total("todo.tasks.purged", [], metrics) == 1)
                let agent = TestUser(id: user.id, actor: .agent)
                _ = try await rig.create(#"{"title":"b","list":"L"}"#, by: agent)
                #expect(try total("todo.tasks.created", [("source", "chat")], metrics) == 1)
                let list = try #require(
                    try await rig.operations.lists(archived: nil, of: user.caller).items.first)
                _ = try await rig.operations.changeList(list.id, ListRequest(name: "M"), user.request())
                #expect(try total("todo.collections.updates", [("entity", "list")], metrics) == 1)
            }
        }

        @Test func `imports are counted by what became of them`() async throws {
            try await withMetrics { rig, metrics in
                let user = TestUser()
                for (text, isDry) in [
                    (#"{"format":"todo.export","version":1,"tasks":[{"id":"1","title":"a"}]}"#, true),
                    (#"{"format":"todo.export","version":1,"tasks":[{"id":"1","title":"a"}]}"#, false),
                    (#"{"format":"todo.export","version":1,"tasks":[{"id":"2"}]}"#, false),
                ] {
                    let id = UUID()
                    try await rig.operations.keepImportPart(Array(text.utf8), number: 0, of: id, user.caller)
                    do {
                        _ = try await rig.operations.importThings(id, isDry: isDry, user.request())
                    } catch is Problem {}
                }
                for outcome in ["dry_run", "imported", "refused"] {
                    #expect(try total("todo.imports", [("outcome", outcome)], metrics) == 1, "\(outcome)")
                }
                #expect(try total("todo.tasks.imported", [], metrics) == 1)
            }
        }

        @Test func `old changes and words of purged tasks are forgotten, and counted`() async throws {
            try await withMetrics { rig, metrics in
                let (user, other) = (TestUser(), TestUser())
                let id = try await rig.create(#"{"title":"shared treasure","tags":["hidden"]}"#, by: user).id
                _ = try await rig.operations.perform(
                    rig.patch(#"{"title":"shared secret"}"#), on: id, user.request())
                _ = try await rig.create(#"{"title":"shared things"}"#, by: user)
                _ = try await rig.create(#"{"title":"treasure"}"#, by: other)
                _ = try await rig.operations.perform(.delete, on: id, user.request())
                _ = try await rig.operations.purge(id, user.request())
                let purging = TrashPurging(
                    operations: rig.operations, trashDays: 30, changeDays: 90, logger: Logger(label: "test"))
                try await purging.round()
                #expect(try await words(of: user, rig) == ["shared", "things"])
                #expect(try await words(of: other, rig) == ["treasure"])
                #expect(try await rig.count("SELECT count(*) FROM tasks.word_sweep") == 0)
                #expect(try total("todo.search.words_forgotten", [], metrics) == 3)
                // Learnt again by the next task that has it.
                _ = try await rig.create(#"{"title":"secret"}"#, by: user)
                #expect(try await words(of: user, rig).contains("secret"))
                rig.clock.advance(seconds: 91 * 86_400)
                try await rig.administrator.execute("UPDATE tasks.change SET at = at - interval '1 day'")
                try await purging.round()
                #expect(try total("todo.changes.pruned", [], metrics) > 0)
            }
        }

        private func words(of user: TestUser, _ rig: TasksRig) async throws -> [String] {
            try await rig.administrator.query(
                "SELECT DISTINCT word FROM tasks.search_word WHERE user_id = \(user.id) ORDER BY word"
            ).map { try $0.value("word") }
        }
    }
}
