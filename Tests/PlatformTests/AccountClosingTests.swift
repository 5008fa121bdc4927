import CurlHTTP
import Foundation
import Postgres
import TestSupport
import Testing

extension WholePlatform {
    /// The end of an account, and what is left of its owner in every database.
    struct AccountClosingTests {
        /// Rows of a user, past every service. The log of what was done stays: it holds ids, and no words of anybody.
        private struct Remains {
            private static let kept: Set<String> = ["audit.entry"]
            /// Events on their way; and of a user the id with the number of the last event, so that settings which come
            /// late bring nobody back.
            private static let marks: Set<String> = [
                "outbox", "inbox", "dead_letter", "delivery_failure", "person",
            ]
            private let todo: PostgresClient
            private var tables: [String] = []

            init(_ platform: RunningPlatform) async throws {
                let bytes = try Data(contentsOf: platform.data.appendingPathComponent("secrets.json"))
                let password = try #require(
                    try JSONDecoder().decode([String: String].self, from: bytes)["postgres.superuser"])
                todo = PostgresClient(
                    try PostgresConfiguration(
                        url: "postgres://todo_admin:\(password)@127.0.0.1:\(platform.portBase + 62)/todo"
                            + "?sslmode=disable"))
                let rows = try await todo.query(
                    """
                    SELECT table_schema || '.' || table_name AS name, table_name AS short
                    FROM information_schema.columns JOIN information_schema.tables
                      USING (table_schema, table_name)
                    WHERE column_name = 'user_id' AND table_type = 'BASE TABLE' ORDER BY 1
                    """)
                for row in rows {
                    let (name, short): (String, String) = (try row.value("name"), try row.value("short"))
                    if !Self.kept.contains(name), !Self.marks.contains(short) { tables.append(name) }
                }
            }

            func close() async { await todo.close() }

            /// Tables that hold rows of the user.
            func tables(of user: String) async throws -> [String] {
                var found: [String] = []
                for table in tables {
                    let rows = try await todo.query(
                        "SELECT 1 AS one FROM \(unescaped: table) WHERE user_id::text = \(user) LIMIT 1")
                    if !rows.isEmpty { found.append(table) }
                }
                return found
            }
        }

        /// Something of everything that a user can have.
        private func fill(_ user: PlatformUser) async throws {
            let due: [String: Any] = ["kind": "floating", "local": "2099-12-04T09:00"]
            let requests: [(String, String, [String: Any])] = [
                ("PATCH", "/settings", ["timeZone": "Asia/Tokyo"]),
                ("POST", "/lists", ["name": "Home"]),
                ("POST", "/templates", ["name": "t", "task": ["title": "a"]]),
                ("POST", "/filters", ["name": "f", "filter": "p1"]),
                (
                    "POST", "/tasks",
                    [
                        "title": "water the plants", "due": due, "recurrence": ["rrule": "FREQ=WEEKLY"],
                        "reminders": [["before": "PT30M"]],
                    ]
                ),
                ("POST", "/calendar-feed", [:]),
                ("PATCH", "/notifications/preferences", ["digestAt": "06:30"]),
                ("POST", "/notifications/test", [:]),
                ("POST", "/chat", ["message": "add buy milk tomorrow"]),
            ]
            for (method, path, body) in requests {
                let answer = try await user.call(method, "/api/v1\(path)", json: body)
                #expect((200..<300).contains(answer.status), "\(method) \(path) \(answer.status)")
            }
        }

        private func id(of user: PlatformUser) async throws -> String {
            let answer = try await user.platform.call(
                "POST", "/api/v1/auth/sign-in", json: ["email": user.email, "password": user.password])
            let account = try #require(try answer.object()["user"] as? [String: Any])
            return try #require(account["id"] as? String)
        }

        @Test func `who closes an account is signed out everywhere, and every service forgets everything`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let remains = try await Remains(platform)
            let user = try await PlatformUser.signUp(on: platform)
            let other = try await PlatformUser.signUp(on: platform)
            try await fill(user)
            try await fill(other)
            let (gone, stays) = (try await id(of: user), try await id(of: other))
            // The services that hear by event have heard.
            let expected = [
                "tasks.task", "reminders.reminder", "notifications.delivery", "assistant.conversation",
            ]
            for each in [gone, stays] {
                let isThere = try await holds(within: .seconds(60)) {
                    let tables = try await remains.tables(of: each)
                    return expected.allSatisfy(tables.contains)
                }
                let there = try await remains.tables(of: each)
                #expect(isThere, "\(there)")
            }
            let wrong = try await user.call("DELETE", "/api/v1/account", json: ["password": "guessed at"])
            #expect(wrong.status == 403)
            let stream = try await platform.http.stream(
                HTTPClientRequest(
                    "GET", "http://127.0.0.1:\(platform.portBase)/api/v1/stream",
                    headers: .init([("Authorization", "Bearer \(user.token)")]), timeout: .seconds(90)))
            try #require(stream.status == 200)
            let closed = try await user.call("DELETE", "/api/v1/account", json: ["password": user.password])
            #expect(closed.status == 204 && closed.body.isEmpty)
            #expect(closed.headers["set-cookie"]?.contains("Max-Age=0") == true)
            // Open pages learn of it by themselves.
            var told = ""
            for try await piece in stream.body { told += String(decoding: piece, as: UTF8.self) }
            #expect(told.contains("session_ended"), "\(told.suffix(300))")
            for path in ["/api/v1/tasks", "/api/v1/settings"] {
                #expect(try await user.call("GET", path).status == 401)
            }
            let again = try await user.call("DELETE", "/api/v1/account", json: ["password": user.password])
            #expect(again.status == 401)
            let credentials = ["email": user.email, "password": user.password]
            #expect(try await platform.call("POST", "/api/v1/auth/sign-in", json: credentials).status == 401)
            let isForgotten = try await holds(within: .seconds(60)) {
                try await remains.tables(of: gone).isEmpty
            }
            let left = try await remains.tables(of: gone)
            #expect(isForgotten, "left: \(left)")
            let others = try await remains.tables(of: stays)
            #expect(expected.allSatisfy(others.contains))
            #expect(try await other.call("GET", "/api/v1/tasks").status == 200)
            // The address is free again, for somebody new.
            let anew = try await PlatformUser.signUp(on: platform, email: user.email)
            #expect(try await id(of: anew) != gone)
            let tasks = try await anew.call("GET", "/api/v1/tasks").object()["items"] as? [Any]
            #expect(tasks?.isEmpty == true)
            await remains.close()
        }

        @Test func `guessing at a password is told to wait, and the owner reads of it`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            var refused: PlatformAnswer?
            // Two minutes' worth at most: one may end meanwhile.
            for _ in 0..<21 where refused == nil {
                let answer = try await platform.call(
                    "POST", "/api/v1/auth/sign-in", json: ["email": user.email, "password": "guessed at"])
                if answer.status != 401 { refused = answer }
            }
            let answer = try #require(refused)
            #expect(answer.status == 429)
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(answer.headers["ratelimit-policy"] == "\"account\";q=10;w=60")
            let seconds = try #require(answer.headers["retry-after"].flatMap { Int($0) })
            #expect((1...60).contains(seconds))
            let isWritten = try await holds(within: .seconds(60)) {
                let items = try await user.call("GET", "/api/v1/audit?limit=100").object()["items"]
                return (items as? [[String: Any]] ?? []).contains {
                    $0["type"] as? String == "todo.security.limit_exceeded.v1"
                }
            }
            #expect(isWritten)
        }
    }
}
