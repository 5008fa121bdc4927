import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// Everyday use over HTTP.
    struct TaskFlowTests {
        @Test func `the commands of the README work word for word`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let readme = try String(
                contentsOf: SourceRoot.url.appendingPathComponent("README.md"), encoding: .utf8)
            let section = try #require(readme.components(separatedBy: "## Try it").dropFirst().first)
            let script = try #require(section.components(separatedBy: "```sh\n").dropFirst().first)
                .components(separatedBy: "\n```")[0]
            #expect(script.contains("sign-up") && script.contains("sign-in") && script.contains("/complete"))
            // Only the address differs: the README's default port belongs to whoever runs on this machine.
            let here = script.replacingOccurrences(
                of: "localhost:8080", with: "127.0.0.1:\(platform.portBase)"
            )
            .replacingOccurrences(of: "you@example.com", with: "you-\(UUID().uuidString)@example.com")
            let result = try await runCommand("/bin/bash", ["-euo", "pipefail", "-c", here])
            #expect(result.status == 0, "\(result.output)\(result.errors)")
            #expect(result.output.contains(#""status":"completed""#))
        }

        @Test func `a created task reads back as it was answered`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let created = try await user.call(
                "POST", "/api/v1/tasks",
                json: [
                    "title": "  Milk, ünïcode \"quotes\" 🥛 ", "description": "two\nlines", "priority": "high",
                    "tags": ["home", "shop", "home"], "list": "Errands",
                    "due": ["kind": "zoned", "local": "2026-12-01T09:00", "tz": "Europe/Amsterdam"],
                ])
            #expect(created.status == 201)
            #expect(created.headers["etag"] == "\"1\"")
            let task = try created.object()
            let location = try #require(created.headers["location"])
            #expect(task["title"] as? String == "Milk, ünïcode \"quotes\" 🥛")
            #expect(task["tags"] as? [String] == ["home", "shop"])
            let read = try await user.call("GET", location)
            #expect(read.body == created.body)
        }

        @Test func `pages neither lose nor repeat a task while others arrive`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            var created: Set<String> = []
            for index in 0..<7 { created.insert(try await user.createTask("task \(index)")) }
            var seen: [String] = []
            var cursor: String?
            repeat {
                let suffix = cursor.map { "&cursor=\($0)" } ?? ""
                let page = try await user.call("GET", "/api/v1/tasks?limit=3\(suffix)").object()
                seen += try #require(page["items"] as? [[String: Any]]).compactMap { $0["id"] as? String }
                cursor = page["nextCursor"] as? String
                if cursor != nil { _ = try await user.createTask("arrives between pages") }
            } while cursor != nil
            #expect(seen.count == 7)
            #expect(Set(seen) == created)
        }

        @Test func `completing twice changes once, and both acts are in the audit log once`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let id = try await user.createTask("do it")
            let first = try await user.call("POST", "/api/v1/tasks/\(id)/complete")
            let second = try await user.call("POST", "/api/v1/tasks/\(id)/complete")
            #expect(first.status == 200 && second.status == 200)
            #expect(first.body == second.body)
            #expect(try first.object()["status"] as? String == "completed")
            let entries = try await user.audit(subject: id, atLeast: 2)
            #expect(
                Set(entries.compactMap { $0["type"] as? String }) == [
                    "todo.task.created.v1", "todo.task.completed.v1",
                ])
            #expect(entries.count == 2)
        }
    }
}
