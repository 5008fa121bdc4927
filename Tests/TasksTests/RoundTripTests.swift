import FoundationEssentials
import Metrics
import MetricsTestKit
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    /// How often the use cases wait for the database: every time costs two changes of thread and holds a connection.
    struct RoundTripTests {
        /// A rig whose round trips are counted.
        private func withCounted(_ body: (TasksRig, Counted) async throws -> Void) async throws {
            let metrics = TestMetrics()
            try await withMetricsFactory(metrics) {
                let rig = try await TasksRig()
                try await body(rig, Counted(metrics: metrics, pool: rig.database.configuration.poolName))
                await rig.close()
            }
        }

        private struct Counted {
            let metrics: TestMetrics
            let pool: String

            /// Those that somebody waited for: all but the notices that follow commits.
            private func waitedFor() throws -> Int64 {
                let all = try metrics.expectCounter(
                    "todo.db.round_trips", [("db.client.connection.pool.name", pool)])
                let notices = try? metrics.expectTimer(
                    "db.client.operation.duration",
                    [
                        ("db.system.name", "postgresql"), ("db.namespace", pool),
                        ("db.query.summary", "NOTIFY tasks_outbox"),
                    ])
                return all.totalValue - Int64(notices?.values.count ?? 0)
            }

            /// Expects so many since the last time that so many were expected; a notice may still be under way.
            func expect(_ count: Int64, after before: Int64) async throws -> Int64 {
                for _ in 0..<1000 where try waitedFor() != before + count {
                    try await Task.sleep(for: .milliseconds(10))
                }
                let now = try waitedFor()
                #expect(now - before == count)
                return now
            }

            func soFar() throws -> Int64 { try waitedFor() }
        }

        @Test func `a read is one round trip`() async throws {
            try await withCounted { rig, counted in
                let user = TestUser()
                let before = try counted.soFar()
                let id = try await rig.create(by: user).id
                let created = try await counted.expect(1, after: before)
                #expect(try await rig.operations.task(id, of: user.caller).id == id)
                let read = try await counted.expect(1, after: created)
                let page = try await rig.listing.page(TaskListRequest(limit: 50), of: user.caller)
                #expect(page.items.map(\.task.id) == [id])
                _ = try await counted.expect(1, after: read)
            }
        }

        @Test func `a create is one round trip, and a write that has to ask first is two`() async throws {
            try await withCounted { rig, counted in
                let user = TestUser()
                let before = try counted.soFar()
                let id = try await rig.create(by: user).id
                for _ in 0..<9 { _ = try await rig.create(by: user) }
                let created = try await counted.expect(10, after: before)
                for act in [TaskAct.complete, .reopen, .delete, .restore] {
                    _ = try await rig.operations.perform(act, on: id, user.request())
                }
                let changed = try await counted.expect(8, after: created)
                for _ in 0..<2 {
                    _ = try await rig.operations.create(
                        rig.newTask(#"{"title":"a"}"#), user.request(key: "k"))
                }
                // The first takes the key, then writes; the second asks for the key, its answer, and ends.
                _ = try await counted.expect(5, after: changed)
            }
        }
    }
}
