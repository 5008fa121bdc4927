import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// Trees, bulk, undo and the feed over HTTP, through the gateway.
    struct TaskTreeFlowTests {
        private func user() async throws -> PlatformUser {
            try await PlatformUser.signUp(on: try await RunningPlatform.shared.running())
        }

        @Test func `a tree is completed, taken back by its token, and the feed tells both`() async throws {
            let user = try await user()
            let root = try await user.createTask("whole")
            let part = try await user.call(
                "POST", "/api/v1/tasks", json: ["title": "part", "parentId": root, "list": "Home"])
            let id = try #require(try part.object()["id"] as? String)
            #expect(part.status == 201)
            let read = try await user.call("GET", "/api/v1/tasks/\(root)")
            #expect(read.headers["etag"] == "\"1.1.0\"")
            #expect(try read.object()["subtasks"] as? [String: Int] == ["total": 1, "completed": 0])
            let done = try await user.call(
                "POST", "/api/v1/tasks/\(root)/complete", headers: ["If-Match": "\"1.1.0\""])
            let token = try #require(done.headers["undo-token"])
            #expect(
                try await user.call("GET", "/api/v1/tasks/\(id)").object()["status"] as? String == "completed"
            )
            let undone = try await user.call("POST", "/api/v1/undo", json: ["token": token])
            #expect(undone.status == 200 && undone.headers["undo-token"] != nil)
            #expect(try await user.call("GET", "/api/v1/tasks/\(id)").object()["status"] as? String == "open")
            #expect(try await user.call("POST", "/api/v1/undo", json: ["token": token]).status == 409)
            let feed = try await user.call("GET", "/api/v1/changes?since=0").object()
            let items = try #require(feed["items"] as? [[String: Any]])
            #expect(items.compactMap { $0["change"] as? Int } == Array(1...6))
            #expect(feed["next"] as? Int == 6 && feed["hasMore"] as? Bool == false)
            #expect(try await user.call("GET", "/api/v1/changes?since=99").status == 410)
            let history = try await user.call("GET", "/api/v1/tasks/\(id)/history").object()
            let entries = try #require(history["items"] as? [[String: Any]])
            #expect(entries.count == 3 && entries.allSatisfy { ($0["traceId"] as? String)?.count == 32 })
            #expect(try await user.audit(subject: id, atLeast: 3).count == 3)
        }

        @Test func `collections, bulk and trash are reached through the gateway`() async throws {
            let user = try await user()
            let list = try await user.call("POST", "/api/v1/lists", json: ["name": "Home"])
            let path = try #require(list.headers["location"])
            #expect(list.status == 201 && list.headers["etag"] == "\"1\"")
            let bulk = try await user.call(
                "POST", "/api/v1/tasks/bulk",
                json: [
                    "items": [
                        ["op": "create", "task": ["title": "a", "list": "Home", "tags": ["x"]]],
                        ["op": "create", "task": ["title": ""]],
                    ]
                ])
            let items = try #require(try bulk.object()["items"] as? [[String: Any]])
            #expect(bulk.status == 200 && items.compactMap { $0["status"] as? Int } == [201, 422])
            #expect(try await user.call("PATCH", path, json: ["name": "House"]).status == 200)
            let renamed = try await user.call("POST", "/api/v1/tags/rename", json: ["from": "x", "to": "y"])
            #expect(try renamed.object()["changed"] as? Int == 1)
            let tags = try await user.call("GET", "/api/v1/tags").object()["items"] as? [[String: Any]]
            #expect(tags?.compactMap { $0["name"] as? String } == ["y"])
            let template = try await user.call(
                "POST", "/api/v1/templates",
                json: ["name": "T", "task": ["title": "t", "subtasks": [["title": "s"]]]])
            let made = try await user.call(
                "POST", "\(try #require(template.headers["location"]))/instantiate")
            #expect(made.status == 201)
            let id = try #require(try made.object()["id"] as? String)
            #expect(try await user.call("DELETE", "\(path)?tasks=trash").status == 204)
            #expect(try await user.call("DELETE", "/api/v1/tasks/\(id)").status == 204)
            #expect(try await user.call("DELETE", "/api/v1/trash/\(id)").status == 204)
            #expect(try await user.call("DELETE", "/api/v1/trash").object()["purged"] as? Int == 1)
            let left = try await user.call("GET", "/api/v1/tasks?trash=true").object()["items"] as? [Any]
            #expect(left?.isEmpty == true)
            #expect(try await user.call("GET", "/api/v1/tasks/\(id)/history").status == 404)
        }
    }
}
