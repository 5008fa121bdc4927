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
    struct ChangeLogTests {
        @Test func `changes are numbered without gaps in the order of commits, whoever writes`() async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            let writers = 16
            // A reader that follows the feed while others write must never see a number before an earlier one.
            async let followed: [Int64] = {
                var seen: [Int64] = []
                while seen.count < writers * 4 {
                    let page = try await rig.operations.changes(
                        since: seen.last ?? 0, limit: 7, for: user.caller)
                    seen += page.items.map(\.change)
                    await Task.yield()
                }
                return seen
            }()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<writers {
                    group.addTask {
                        let id = try await rig.create(by: user).id
                        for act in [TaskAct.complete, .reopen, .delete] {
                            _ = try await rig.operations.perform(act, on: id, user.request())
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await followed == Array(1...Int64(writers * 4)))
            let told = try await rig.administrator.query(
                """
                SELECT sequence, partition_key, payload FROM tasks.outbox WHERE topic = 'task.updates'
                ORDER BY sequence
                """)
            for (index, row) in told.enumerated() {
                let payload: String = try row.value("payload")
                let type = EventType.changeRecorded
                #expect(
                    EventCatalogue.platform.verdict(onType: type, data: Array(payload.utf8)) == .valid)
                let event = try WireJSON.decode(ChangeRecorded.self, from: Array(payload.utf8))
                #expect(event.change == Int64(index + 1))
                #expect(try row.value("sequence", as: Int64.self) == event.change)
                #expect(try row.value("partition_key", as: String.self) == user.id.lowercased)
            }
            #expect(told.count == writers * 4)
            await rig.close()
        }

        @Test func `a write that failed uses no number`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(by: user).id
            for _ in 0..<3 {
                _ = try? await rig.operations.perform(.complete, on: id, user.request(ifMatch: "\"9\""))
            }
            _ = try await rig.operations.perform(.complete, on: id, user.request())
            let page = try await rig.operations.changes(since: 1, limit: 9, for: user.caller)
            #expect(page.items.map(\.change) == [2] && page.next == 2 && !page.hasMore)
            #expect(try await rig.operations.changes(since: 2, limit: 9, for: user.caller).next == 2)
            await rig.close()
        }

        @Test func `what is too old, or has not happened, is gone`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            #expect(try await rig.operations.changes(since: 0, limit: 9, for: user.caller).items.isEmpty)
            for _ in 0..<4 { _ = try await rig.create(by: user) }
            try await rig.administrator.execute(
                "UPDATE tasks.change SET at = now() - interval '91 days' WHERE number <= 2")
            let purging = TrashPurging(
                operations: rig.operations, trashDays: 30, changeDays: 90, logger: Logger(label: "test"))
            try await purging.round()
            for since in [Int64(0), 1, 5] {
                let problem = await #expect(throws: Problem.self) {
                    try await rig.operations.changes(since: since, limit: 9, for: user.caller)
                }
                #expect(problem?.status == .gone)
            }
            #expect(
                try await rig.operations.changes(since: 2, limit: 9, for: user.caller).items.map(\.change)
                    == [3, 4])
            try await rig.administrator.execute("DELETE FROM tasks.change")
            await #expect(throws: Problem.self) {
                try await rig.operations.changes(since: 3, limit: 9, for: user.caller)
            }
            #expect(try await rig.operations.changes(since: 4, limit: 9, for: user.caller).items.isEmpty)
            await rig.close()
        }

        @Test func `history tells field by field what was and became`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(by: user).id
            let patch = try rig.patch(#"{"title":"oat","tags":["a"]}"#)
            _ = try await rig.operations.perform(patch, on: id, user.request())
            _ = try await rig.operations.perform(.complete, on: id, user.request())
            let entries = try await rig.operations.history(of: id, before: nil, limit: 2, for: user.caller)
            #expect(entries.items.map(\.type) == [EventType.taskCompleted, EventType.taskUpdated])
            #expect(
                entries.items[1].fields == [
                    FieldDiff(.title, from: .text("milk"), to: .text("oat")),
                    FieldDiff(.tags, from: .texts([]), to: .texts(["a"])),
                ])
            #expect(entries.items[0].actor == "user" && entries.items[0].version == 3)
            let cursor = try #require(entries.nextCursor.flatMap(HistoryCursor.init(text:)))
            let rest = try await rig.operations.history(
                of: id, before: cursor.number, limit: 2, for: user.caller)
            #expect(rest.items.map(\.type) == [EventType.taskCreated] && rest.nextCursor == nil)
            await rig.close()
        }
    }
}
