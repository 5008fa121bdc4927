import CurlHTTP
import Foundation
import Glibc
import Testing

extension WholePlatform {
    /// What happens when a process dies in the middle of work.
    struct DisturbanceTests {
        /// The process id of a role, as `todo status` tells it.
        private func processID(of role: String, on platform: RunningPlatform) async throws -> Int32 {
            let result = try await platform.todo("status", "--json", "--data", platform.data.path)
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
            let roles = try #require(object["roles"] as? [[String: Any]])
            let entry = try #require(roles.first { $0["role"] as? String == role })
            return Int32(try #require(entry["pid"] as? Int))
        }

        @Test func `tasks killed during writes loses nothing that was acknowledged`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let victim = try await processID(of: "tasks", on: platform)
            let acknowledged = try await withThrowingTaskGroup(of: [String].self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        var ids: [String] = []
                        for index in 0..<40 {
                            let answer = try? await user.call(
                                "POST", "/api/v1/tasks", json: ["title": "writer \(writer), task \(index)"])
                            if let answer, answer.status == 201, let id = try answer.object()["id"] as? String
                            {
                                ids.append(id)
                            } else {
                                try await Task.sleep(for: .milliseconds(100))
                            }
                            if writer == 0, index == 10 { kill(victim, SIGKILL) }
                        }
                        return ids
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(acknowledged.count >= 20)
            let status = try await platform.todo("status", "--wait", "60", "--data", platform.data.path)
            #expect(status.status == 0, "\(status.output)")
            #expect(try await processID(of: "tasks", on: platform) != victim)
            for id in acknowledged {
                #expect(try await user.call("GET", "/api/v1/tasks/\(id)").status == 200)
                #expect(try await user.audit(subject: id, atLeast: 1, within: 30).count == 1)
            }
            // Everything has arrived by now; a second delivery would have made a second entry.
            for id in acknowledged.prefix(20) {
                #expect(try await user.audit(subject: id, atLeast: 2, within: 0).count == 1)
            }
        }
    }
}
