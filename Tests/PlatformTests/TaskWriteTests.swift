import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// Writes on a task over HTTP, through the gateway.
    struct TaskWriteTests {
        private func user() async throws -> PlatformUser {
            try await PlatformUser.signUp(on: try await RunningPlatform.shared.running())
        }

        @Test func `a patch changes what it names, and the audit log knows it`() async throws {
            let user = try await user()
            let created = try await user.call(
                "POST", "/api/v1/tasks",
                json: ["title": "milk", "list": "Shop", "due": ["kind": "date", "local": "2026-12-01"]])
            let path = try #require(created.headers["location"])
            let patched = try await user.call(
                "PATCH", path, json: ["list": NSNull(), "due": ["local": "2026-12-02"]],
                headers: ["Content-Type": "application/merge-patch+json"])
            #expect(patched.status == 200 && patched.headers["etag"] == "\"2\"")
            let task = try patched.object()
            #expect(task["list"] == nil && task["title"] as? String == "milk")
            #expect(task["due"] as? [String: String] == ["kind": "date", "local": "2026-12-02"])
            #expect(try await user.call("GET", path).body == patched.body)
            let same = try await user.call("PATCH", path, json: ["title": "milk"])
            #expect(same.body == patched.body)
            let id = try #require(task["id"] as? String)
            let entries = try await user.audit(subject: id, atLeast: 2)
            #expect(
                entries.compactMap { $0["type"] as? String }.sorted() == [
                    "todo.task.created.v1", "todo.task.updated.v1",
                ])
        }

        @Test func `a patch that cannot be is refused with the place of its mistake`() async throws {
            let user = try await user()
            let path = "/api/v1/tasks/\(try await user.createTask("milk"))"
            let cases: [(String, Int, String?)] = [
                (#"{"title":null}"#, 422, "/title"), (#"{"colour":"red"}"#, 422, "/colour"),
                (#"{"status":"completed"}"#, 422, "/status"), (#"{"due":{"x":1}}"#, 422, "/due/x"),
                (#"{"tags":["a",""]}"#, 422, "/tags/1"), (#"[]"#, 422, ""), (#"{"#, 400, nil),
            ]
            let bearer = ["Authorization": "Bearer \(user.token)"]
            for (body, status, pointer) in cases {
                let answer = try await user.platform.call(
                    "PATCH", path, body: Array(body.utf8), headers: bearer)
                #expect(answer.status == status, "\(body)")
                guard let pointer else { continue }
                let errors = try #require(try answer.object()["errors"] as? [[String: String]])
                #expect(errors.map { $0["pointer"] } == [pointer], "\(body)")
            }
            let other = try await user.call(
                "PATCH", path, json: [:], headers: ["Content-Type": "application/json-patch+json"])
            #expect(other.status == 415)
            #expect(other.headers["accept-patch"]?.contains("application/merge-patch+json") == true)
        }

        @Test func `a task goes to the trash and comes back`() async throws {
            let user = try await user()
            let id = try await user.createTask("milk")
            let path = "/api/v1/tasks/\(id)"
            #expect(try await user.call("POST", "\(path)/complete").status == 200)
            let reopened = try await user.call("POST", "\(path)/reopen")
            #expect(reopened.status == 200)
            #expect(try reopened.object()["status"] as? String == "open")
            let deleted = try await user.call("DELETE", path)
            #expect(deleted.status == 204 && deleted.body.isEmpty)
            for (method, suffix) in [
                ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/complete"), ("POST", "/reopen"),
            ] {
                let answer = try await user.call(
                    method, path + suffix, json: method == "PATCH" ? ["title": "x"] : nil)
                #expect(answer.status == 404, "\(method) \(suffix)")
            }
            func listed(_ query: String) async throws -> [String] {
                let items = try await user.call("GET", "/api/v1/tasks\(query)").object()["items"]
                return try #require(items as? [[String: Any]]).compactMap { $0["id"] as? String }
            }
            #expect(try await listed("") == [])
            #expect(try await listed("?trash=true") == [id])
            let restored = try await user.call("POST", "\(path)/restore")
            #expect(restored.status == 200 && restored.headers["etag"] == "\"5\"")
            #expect(try await listed("?status=open") == [id])
            #expect(try await listed("?status=completed") == [])
            #expect(try await listed("?trash=true") == [])
            #expect(try await user.call("GET", "/api/v1/tasks?status=late").status == 400)
            let entries = try await user.audit(subject: id, atLeast: 5)
            #expect(
                Set(entries.compactMap { $0["type"] as? String }) == [
                    "todo.task.created.v1", "todo.task.completed.v1", "todo.task.reopened.v1",
                    "todo.task.deleted.v1", "todo.task.restored.v1",
                ])
        }

        @Test func `a version that is not the client's is not overwritten`() async throws {
            let user = try await user()
            let path = "/api/v1/tasks/\(try await user.createTask("milk"))"
            for tag in ["\"2\"", "W/\"1\""] {
                let refused = try await user.call(
                    "PATCH", path, json: ["title": "x"], headers: ["If-Match": tag])
                #expect(refused.status == 412 && refused.headers["etag"] == "\"1\"")
                #expect(refused.headers["content-type"] == "application/problem+json")
            }
            #expect(
                try await user.call("POST", "\(path)/complete", headers: ["If-Match": "nonsense"]).status
                    == 400
            )
            let patched = try await user.call(
                "PATCH", path, json: ["title": "x"], headers: ["If-Match": "\"1\""])
            #expect(patched.status == 200 && patched.headers["etag"] == "\"2\"")
            let fresh = try await user.call("GET", path, headers: ["If-None-Match": "\"1\", W/\"2\""])
            #expect(fresh.status == 304 && fresh.body.isEmpty && fresh.headers["etag"] == "\"2\"")
            #expect(try await user.call("GET", path, headers: ["If-None-Match": "\"1\""]).status == 200)
            #expect(try await user.call("DELETE", path, headers: ["If-Match": "\"1\""]).status == 412)
            #expect(try await user.call("DELETE", path, headers: ["If-Match": "*"]).status == 204)
        }

        @Test func `a request that is repeated with its key has one effect and one answer`() async throws {
            let user = try await user()
            let key = ["Idempotency-Key": UUID().uuidString]
            let body = Array(#"{"title":"once"}"#.utf8)
            let headers = key.merging(["Authorization": "Bearer \(user.token)"]) { $1 }
            let answers = try await withThrowingTaskGroup(of: PlatformAnswer.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await user.platform.call("POST", "/api/v1/tasks", body: body, headers: headers)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 201 && $0.headers["etag"] == "\"1\"" })
            #expect(Set(answers.map(\.body)).count == 1)
            #expect(Set(answers.map { $0.headers["location"] }).count == 1)
            #expect(answers.filter { $0.headers["idempotency-replayed"] == "true" }.count == 7)
            let path = try #require(answers[0].headers["location"])

            let other = try await user.call("POST", "/api/v1/tasks", json: ["title": "other"], headers: key)
            #expect(other.status == 422)
            let spaced = ["Idempotency-Key": "two words"]
            #expect(try await user.call("POST", "\(path)/complete", headers: spaced).status == 400)
            let acts = [("DELETE", path), ("POST", "\(path)/restore"), ("POST", "\(path)/complete")]
            for (method, path) in acts {
                let first = try await user.call(method, path, headers: key)
                let again = try await user.call(method, path, headers: key)
                #expect(first.status == again.status && first.body == again.body && first.status < 300)
                #expect(first.headers["idempotency-replayed"] == nil)
                #expect(again.headers["idempotency-replayed"] == "true")
            }
            let id = try #require(path.split(separator: "/").last.map(String.init))
            #expect(try await user.audit(subject: id, atLeast: 4).count == 4)
        }
    }
}
