import CurlHTTP
import Foundation
import TestSupport
import Testing

extension WholePlatform {
    /// Clients who take connections and never finish what they begin.
    struct AbuseTests {
        /// What one unfinished connection may cost the gateway, all buffers, tasks and timers together.
        private static let bytesPerConnection = 64 * 1024
        private static let limit = 2800
        private static let wave = 2500

        /// A process as the kernel sees it.
        private struct Process {
            let pid: Int

            var residentBytes: Int {
                get throws { try field("VmRSS") * 1024 }
            }

            var descriptors: Int {
                (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd"))?.count ?? 0
            }

            private func field(_ name: String) throws -> Int {
                let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
                let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(name):") })
                return try #require(line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first)
            }
        }

        private func gateway(of platform: RunningPlatform) async throws -> Process {
            let result = try await platform.todo("status", "--json", "--data", platform.data.path)
            let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            let roles = try #require(object?["roles"] as? [[String: Any]])
            let entry = try #require(roles.first { $0["role"] as? String == "gateway" })
            return Process(pid: try #require(entry["pid"] as? Int))
        }

        private func open(_ count: Int, on platform: RunningPlatform) throws -> [RawConnection] {
            try (0..<count).map { number in
                let connection = try RawConnection(port: platform.portBase)
                connection.send(
                    number % 2 == 0
                        ? "GET /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nX-Slow: a"
                        : "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\n"
                            + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"email\": \"")
                return connection
            }
        }

        private func abandon(_ connections: [RawConnection]) {
            for (number, connection) in connections.enumerated() {
                if number % 3 == 0 { connection.reset() } else { connection.close() }
            }
        }

        /// Another user at work.
        private func work(_ user: PlatformUser, rounds: Int) async throws {
            for round in 0..<rounds {
                _ = try await user.createTask("round \(round)")
                #expect(try await user.call("GET", "/api/v1/tasks?limit=10").status == 200)
            }
        }

        @Test func `ten thousand abandoned connections cost bounded memory and keep nobody out`() async throws
        {
            try #require(Descriptors.raiseLimit() > Self.limit + 1000, "too few descriptors for this test")
            let platform = try await RunningPlatform(
                environment: [
                    "TODO_CONNECTION_LIMIT": "\(Self.limit)", "TODO_REQUEST_LIMIT": "64",
                    // A busy machine needs more than the usual ten seconds to open them all.
                    "TODO_REQUEST_HEADER_TIME": "60000", "TODO_REQUEST_BODY_TIME": "60000",
                ])
            let user = try await PlatformUser.signUp(on: platform)
            try await work(user, rounds: 20)
            let gateway = try await gateway(of: platform)
            let (memory, descriptors) = (try gateway.residentBytes, gateway.descriptors)
            var highest = 0
            for _ in 0..<4 {
                let connections = try open(Self.wave, on: platform)
                #expect(try await eventually { gateway.descriptors >= Self.wave })
                try await work(user, rounds: 10)
                highest = max(highest, try gateway.residentBytes)
                abandon(connections)
                #expect(try await eventually { gateway.descriptors < descriptors + 50 })
            }
            let bound = memory + Self.wave * Self.bytesPerConnection
            #expect(highest < bound, "\(highest - memory) bytes for \(Self.wave) connections")
            try await work(user, rounds: 10)
            #expect(try gateway.residentBytes < bound, "memory grows from wave to wave")
            try await expectOperatorsServed(on: platform)
            #expect(try await eventually { gateway.descriptors < descriptors + 50 })
            try await work(user, rounds: 5)
            try await platform.stop()
        }

        /// A port that is full refuses the rest at once, and the port of operators does not notice.
        private func expectOperatorsServed(on platform: RunningPlatform) async throws {
            let connections = try open(Self.limit + 200, on: platform)
            let refused = try RawConnection(port: platform.portBase)
            #expect(await refused.read().hasPrefix("HTTP/1.1 503 "))
            refused.close()
            for path in ["livez", "readyz", "metrics"] {
                let answer = try await platform.http.send(
                    .init("GET", "http://127.0.0.1:\(platform.portBase + 20)/\(path)"))
                #expect(answer.status == 200)
                guard path == "metrics" else { continue }
                let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\n")
                let refusals = lines.first {
                    $0.hasPrefix(#"todo_http_connections_refused_total{listener="service"}"#)
                }
                #expect(refusals.map { !$0.hasSuffix(" 0") } == true)
            }
            abandon(connections)
        }
    }
}
