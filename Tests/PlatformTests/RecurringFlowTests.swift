import CurlHTTP
import Foundation
import Glibc
import Testing

extension WholePlatform {
    /// Recurring tasks through the whole platform.
    struct RecurringFlowTests {
        /// The day before clocks go back, far enough ahead that nobody is late.
        private static let due = ["kind": "zoned", "local": "2030-10-26T09:00", "tz": "Europe/Berlin"]

        /// How many tasks are completed at once; the goal is 500, which takes longer than others should wait.
        private static let crowd =
            ProcessInfo.processInfo.environment["TODO_RECURRING_TASKS"].flatMap { Int($0) } ?? 100

        private static func task(_ title: String) -> [String: Any] {
            ["title": title, "due": due, "recurrence": ["rrule": "FREQ=DAILY"]]
        }

        /// All tasks of a user, page by page.
        private func tasks(of user: PlatformUser) async throws -> [[String: Any]] {
            var items: [[String: Any]] = []
            var cursor: String?
            repeat {
                let rest = cursor.map { "&cursor=\($0)" } ?? ""
                let page = try await user.call("GET", "/api/v1/tasks?limit=100\(rest)").object()
                items += page["items"] as? [[String: Any]] ?? []
                cursor = page["nextCursor"] as? String
            } while cursor != nil
            return items
        }

        /// The instance that came after a task, once it is there.
        private func successor(of id: String, _ user: PlatformUser) async throws -> [String: Any]? {
            var found: [String: Any]?
            _ = try await holds(within: .seconds(30)) {
                found = try await tasks(of: user).first {
                    ($0["recurrence"] as? [String: Any])?["previousId"] as? String == id
                }
                return found != nil
            }
            return found
        }

        @Test func `from the completion to the event of the next instance it is one trace`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let made = try await user.call("POST", "/api/v1/tasks", json: Self.task("water"))
            try #require(made.status == 201)
            let id = try #require(try made.object()["id"] as? String)
            let trace = ForeignTrace()
            let done = try await user.call(
                "POST", "/api/v1/tasks/\(id)/complete", headers: ["traceparent": trace.traceparent])
            #expect(done.status == 200)
            let next = try #require(try await successor(of: id, user))
            #expect((next["due"] as? [String: String])?["local"] == "2030-10-27T09:00")
            let nextID = try #require(next["id"] as? String)
            let tree = try await platform.tree(trace.traceID) { tree in
                tree.spans.contains { $0.name == "send recurring.events" && $0.service == "recurring" }
                    && tree.spans.contains {
                        $0.name == "process todo.events"
                            && $0.attributes["cloudevents.event_subject"] as? String == nextID
                    }
            }
            #expect(tree.roots.count == 1)
            let generation = try #require(tree.first("generate occurrence", service: "recurring"))
            #expect(generation.attributes["todo.recurrence.outcome"] as? String == "created")
            #expect(
                generation.all.contains {
                    $0.name == "POST /api/v1/recurrence/occurrences" && $0.service == "tasks"
                })
            let declared = try await DeclaredSpans(platform)
            for span in tree.spans where !declared.contains(span) {
                Issue.record("\(span.service): \(span.name) is not declared as it is")
            }
            let pages = try #require(await platform.metric("todo_recurrences_generated_total", slot: 4))
            #expect(pages >= 1)
        }

        @Test func `taking a completion back removes the next instance, if nobody touched it`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let made = try await user.call("POST", "/api/v1/tasks", json: Self.task("water"))
            let id = try #require(try made.object()["id"] as? String)
            let done = try await user.call("POST", "/api/v1/tasks/\(id)/complete")
            let token = try #require(done.headers["undo-token"])
            let next = try #require(try await successor(of: id, user)?["id"] as? String)
            #expect(try await user.call("POST", "/api/v1/undo", json: ["token": token]).status == 200)
            #expect(try await user.call("GET", "/api/v1/tasks/\(next)").status == 404)
            #expect(
                try await user.call("GET", "/api/v1/tasks/\(id)").object()["status"] as? String == "open")
        }

        @Test func `a crowd completed twice at once, with a crash meanwhile, gets one next instance each`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let ids = try await crowd(of: user)
            let calls = (ids + ids).shuffled()
            try await withThrowingTaskGroup(of: Int.self) { group in
                var rest = calls.makeIterator()
                for _ in 0..<16 {
                    if let id = rest.next() { group.addTask { try await complete(id, user) } }
                }
                var answered = 0
                while let status = try await group.next() {
                    #expect(status == 200)
                    answered += 1
                    if answered == calls.count / 2 { try await crash("recurring", of: platform) }
                    if let id = rest.next() { group.addTask { try await complete(id, user) } }
                }
            }
            var all: [[String: Any]] = []
            _ = try await holds(within: .seconds(120)) {
                all = try await tasks(of: user)
                return all.count >= 2 * ids.count
            }
            #expect(all.count == 2 * ids.count)
            let next = all.filter { $0["status"] as? String == "open" }
            #expect(next.allSatisfy { ($0["due"] as? [String: String])?["local"] == "2030-10-27T09:00" })
            let previous = next.compactMap { ($0["recurrence"] as? [String: Any])?["previousId"] as? String }
            #expect(previous.sorted() == ids.sorted())
            #expect(try await platform.isReady(within: 60))
        }

        private func crowd(of user: PlatformUser) async throws -> [String] {
            var ids: [String] = []
            while ids.count < Self.crowd {
                let count = min(200, Self.crowd - ids.count)
                let items = (0..<count).map {
                    ["op": "create", "task": Self.task("task \($0)")] as [String: Any]
                }
                let answer = try await user.call("POST", "/api/v1/tasks/bulk", json: ["items": items])
                let made = try #require(try answer.object()["items"] as? [[String: Any]])
                let new = made.compactMap { ($0["task"] as? [String: Any])?["id"] as? String }
                try #require(new.count == count)
                ids += new
            }
            return ids
        }

        private func complete(_ id: String, _ user: PlatformUser) async throws -> Int {
            try await user.call("POST", "/api/v1/tasks/\(id)/complete").status
        }

        private func crash(_ role: String, of platform: RunningPlatform) async throws {
            let pid = try #require(try await platform.processes().first { $0.role == role }?.pid)
            kill(pid, SIGKILL)
        }
    }
}
