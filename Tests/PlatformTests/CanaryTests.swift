import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// What people type must not appear where operators look.
    struct CanaryTests {
        @Test func `no text, address, password or token is in logs, spans, metrics or arguments`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let mark = "canary\(UUID().uuidString.prefix(8).lowercased())"
            let user = try await PlatformUser.signUp(on: platform, email: "\(mark)@example.com")
            let created = try await user.call(
                "POST", "/api/v1/tasks",
                json: ["title": "\(mark) title", "description": "\(mark) text", "tags": [mark], "list": mark])
            let id = try #require(try created.object()["id"] as? String)
            _ = try await user.call("GET", "/api/v1/tasks?cursor=\(mark)")
            _ = try await user.call("GET", "/api/v1/audit?subject=\(mark)")
            _ = try await user.call("POST", "/api/v1/tasks", json: ["title": mark, mark: mark])
            _ = try await platform.call(
                "POST", "/api/v1/auth/sign-in",
                json: ["email": "\(mark)@example.com", "password": "\(mark) wrong"])
            _ = try await user.call("POST", "/api/v1/tasks/\(id)/complete")
            _ = try await user.call(
                "POST", "/api/v1/chat", json: ["message": "add \(mark) bread tomorrow and list #\(mark)"])
            _ = try await user.audit(subject: id, atLeast: 2)
            _ = try await platform.lastTree()

            let secrets = [mark, user.password, user.token, String(user.token.split(separator: ".")[2])]
            try await expectNone(of: secrets, on: platform)
        }

        private func expectNone(of secrets: [String], on platform: RunningPlatform) async throws {
            var places: [(String, String)] = []
            let logs = platform.data.appendingPathComponent("logs")
            for file in try FileManager.default.contentsOfDirectory(at: logs, includingPropertiesForKeys: nil)
            {
                places.append(
                    (file.lastPathComponent, String(decoding: try Data(contentsOf: file), as: UTF8.self)))
            }
            #expect(places.count >= 5)
            let lines = places.first { $0.0.hasPrefix("tasks") }?.1.split(separator: "\n").count ?? 0
            #expect(lines > 3, "the log of tasks says nothing, so that its silence proves nothing")
            for offset in [20, 21, 22, 25, 27, 28] {
                let answer = try await platform.http.send(
                    .init("GET", "http://127.0.0.1:\(platform.portBase + offset)/metrics"))
                places.append(("metrics of +\(offset)", String(decoding: answer.body, as: UTF8.self)))
            }
            let list = try await platform.http.send(
                .init("GET", "http://127.0.0.1:\(platform.portBase + 61)/inspector/traces?limit=50"))
            let object = try JSONSerialization.jsonObject(with: Data(list.body)) as? [String: Any]
            for item in object?["items"] as? [[String: Any]] ?? [] {
                let id = try #require(item["traceId"] as? String)
                let tree = try await platform.http.send(
                    .init("GET", "http://127.0.0.1:\(platform.portBase + 61)/inspector/traces/\(id)"))
                places.append(("trace \(id)", String(decoding: tree.body, as: UTF8.self)))
            }
            for pid in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(pid) != nil {
                guard let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
                    continue
                }
                places.append(("arguments of \(pid)", String(decoding: line, as: UTF8.self)))
            }
            for (place, text) in places {
                for secret in secrets { #expect(!text.contains(secret), "found in \(place)") }
            }
        }
    }
}
