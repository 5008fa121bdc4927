import CurlHTTP
import Foundation
import Postgres
import TestSupport
import Testing

extension WholePlatform {
    /// What becomes of work whose client has gone.
    struct AbandonedCallTests {
        /// The platform's own database, as its owner sees it.
        private func database(of platform: RunningPlatform) throws -> PostgresClient {
            let secrets = try JSONDecoder().decode(
                [String: String].self,
                from: Data(contentsOf: platform.data.appendingPathComponent("secrets.json")))
            let password = try #require(secrets["postgres.superuser"])
            var configuration = try PostgresConfiguration(
                url: "postgres://todo_admin:\(password)@127.0.0.1:\(platform.portBase + 62)/todo")
            configuration.maximumConnections = 2
            return PostgresClient(configuration)
        }

        /// How many statements of `tasks` wait for a lock.
        private func waiting(_ database: PostgresClient) async throws -> Int {
            try await database.query(
                """
                SELECT count(*) AS n FROM pg_stat_activity
                WHERE application_name = 'todo-tasks' AND wait_event_type = 'Lock'
                """
            )[0].value("n")
        }

        private func request(_ method: String, _ path: String, _ body: String, by user: PlatformUser)
            -> String
        {
            """
            \(method) \(path) HTTP/1.1\r
            Host: localhost\r
            Authorization: Bearer \(user.token)\r
            Content-Type: \(method == "PATCH" ? "application/merge-patch+json" : "application/json")\r
            Content-Length: \(body.utf8.count)\r
            \r
            \(body)
            """
        }

        @Test func `a client who leaves cancels his statement in the database`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let id = try await user.createTask("mine")
            let database = try database(of: platform)
            let before = try await abandoned(on: platform)
            let (release, released) = AsyncStream<Void>.makeStream(of: Void.self)
            let (lock, locked) = AsyncStream<Void>.makeStream(of: Void.self)
            let holder = Task {
                try await database.transaction { transaction in
                    try await transaction.execute(
                        "SELECT 1 FROM tasks.task WHERE id = \(UUID(uuidString: id) ?? UUID()) FOR UPDATE")
                    locked.finish()
                    for await _ in release { break }
                }
            }
            for await _ in lock { break }
            let client = try RawConnection(port: platform.portBase)
            client.send(request("PATCH", "/api/v1/tasks/\(id)", #"{"title":"lost"}"#, by: user))
            #expect(try await eventually { try await waiting(database) == 1 })
            client.close()
            #expect(try await eventually { try await waiting(database) == 0 })
            released.finish()
            try await holder.value
            // Cancelled, not timed out: the way of the news can be counted in each process.
            #expect(try await eventually { try await abandoned(on: platform) == before.map { $0 + 1 } })
            let metrics = try await metrics(of: 21, on: platform)
            #expect(
                metrics.split(separator: "\n").contains {
                    $0.hasPrefix("db_client_operation_duration") && $0.contains(#"error_type="cancelled""#)
                })
            let task = try await user.call("GET", "/api/v1/tasks/\(id)")
            #expect(try task.object()["title"] as? String == "mine" && task.headers["etag"] == "\"1\"")
            try await expectTree(on: platform)
            await database.close()
        }

        /// The trace of the newest abandoned PATCH: every server span without a status, and marked.
        private func expectTree(on platform: RunningPlatform) async throws {
            var found: [SpanTree.Node] = []
            // The spans leave their processes a moment after the request has been counted.
            _ = try await holds(within: .seconds(10)) {
                found = try await abandonedSpans(on: platform)
                return !found.isEmpty
            }
            #expect(Set(found.map(\.service)) == ["gateway", "tasks"])
            for span in found {
                #expect(span.attributes["error.type"] as? String == "cancelled")
                #expect(span.attributes["http.response.status_code"] == nil)
            }
        }

        private func abandonedSpans(on platform: RunningPlatform) async throws -> [SpanTree.Node] {
            let list = try await platform.http.send(
                .init("GET", "http://127.0.0.1:\(platform.portBase + 61)/api/traces?limit=20"))
            let object = try JSONSerialization.jsonObject(with: Data(list.body)) as? [String: Any]
            for item in object?["items"] as? [[String: Any]] ?? [] {
                let tree = try await platform.tree(try #require(item["traceId"] as? String))
                let found = tree.spans.filter {
                    $0.name == "PATCH /api/v1/tasks/{id}" && $0.attributes["error.type"] != nil
                }
                if !found.isEmpty { return found }
            }
            return []
        }

        /// What gateway and tasks have counted.
        private func abandoned(on platform: RunningPlatform) async throws -> [Int] {
            var counts: [Int] = []
            for offset in [20, 21] {
                let name = #"todo_http_requests_abandoned_total{listener="service"} "#
                let line = try await metrics(of: offset, on: platform).split(separator: "\n")
                    .first { $0.hasPrefix(name) }
                counts.append(Int(Double(line?.dropFirst(name.count) ?? "0") ?? -1))
            }
            return counts
        }

        private func metrics(of offset: Int, on platform: RunningPlatform) async throws -> String {
            let answer = try await platform.http.send(
                .init("GET", "http://127.0.0.1:\(platform.portBase + offset)/metrics"))
            return String(decoding: answer.body, as: UTF8.self)
        }

        @Test func `a write whose client leaves is there with its event, or not at all`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let database = try database(of: platform)
            for number in 0..<120 {
                let client = try RawConnection(port: platform.portBase)
                client.send(request("POST", "/api/v1/tasks", #"{"title":"number \#(number)"}"#, by: user))
                // Somewhere on the way there and back, another place each time.
                try await Task.sleep(for: .microseconds(number * 200))
                if number % 2 == 0 { client.close() } else { client.reset() }
            }
            let done = try await user.createTask("the last")
            _ = try await user.audit(subject: done, atLeast: 1)
            // The broker keeps the order of one task only: others may still be on their way.
            let agree = try await eventually {
                let row = try await database.query(
                    """
                    SELECT (SELECT array_agg(id::text ORDER BY id::text) FROM tasks.task
                            WHERE user_id = u.user_id)
                         = (SELECT array_agg(subject ORDER BY subject) FROM audit.entry
                            WHERE user_id = u.user_id::text AND type = 'todo.task.created.v1') AS same,
                      (SELECT count(*) FROM tasks.task WHERE user_id = u.user_id) AS written
                    FROM (SELECT user_id FROM tasks.task
                          WHERE id = \(UUID(uuidString: done) ?? UUID())) AS u
                    """)[0]
                let written: Int = try row.value("written")
                return try row.value("same", as: Bool?.self) == true && written > 1
            }
            #expect(agree)
            await database.close()
        }
    }
}

/// Asks again until the answer is yes; gives up after a minute.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<3000 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(20))
    }
    return false
}
