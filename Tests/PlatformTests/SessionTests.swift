import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// Staying signed in, and being signed out.
    struct SessionTests {
        /// What a browser would keep after an answer.
        private func cookie(_ answer: PlatformAnswer) throws -> String {
            let header = try #require(answer.headers["set-cookie"])
            #expect(header.contains("HttpOnly") && header.contains("SameSite=Strict"))
            #expect(header.contains("Path=/api/v1/auth"))
            return try #require(header.split(separator: ";").first.map(String.init))
        }

        private func token(_ answer: PlatformAnswer) throws -> String {
            try #require(try answer.object()["accessToken"] as? String)
        }

        private func signIn(_ user: PlatformUser) async throws -> PlatformAnswer {
            let answer = try await user.platform.call(
                "POST", "/api/v1/auth/sign-in", json: ["email": user.email, "password": user.password])
            try #require(answer.status == 200)
            return answer
        }

        private func refresh(
            _ cookie: String, on platform: RunningPlatform, headers: [String: String] = [:]
        ) async throws -> PlatformAnswer {
            try await platform.call(
                "POST", "/api/v1/auth/refresh", headers: headers.merging(["Cookie": cookie]) { $1 })
        }

        private func tasks(_ token: String, on platform: RunningPlatform, port: Int = 0) async throws -> Int {
            try await platform.http.send(
                .init(
                    "GET", "http://127.0.0.1:\(platform.portBase + port)/api/v1/tasks",
                    headers: .init([("Authorization", "Bearer \(token)")]))
            ).status
        }

        @Test func `a refresh token works once; used again, the session ends and the audit log says so`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let first = try await signIn(user)
            let second = try await refresh(try cookie(first), on: platform)
            #expect(second.status == 200)
            #expect(try await tasks(try token(second), on: platform) == 200)
            let stolen = try await refresh(try cookie(first), on: platform)
            #expect(stolen.status == 401)
            #expect(stolen.headers["set-cookie"]?.contains("Max-Age=0") == true)
            // At once at the gateway, for every token of the session; behind it until they expire.
            #expect(try await tasks(try token(second), on: platform) == 401)
            #expect(try await tasks(try token(first), on: platform) == 401)
            #expect(try await tasks(try token(second), on: platform, port: 1) == 200)
            #expect(try await refresh(try cookie(second), on: platform).status == 401)
            #expect(try await tasks(user.token, on: platform) == 200)
            try await expectAudit(["todo.security.refresh_reused.v1"], of: user)
        }

        @Test func `signing out works at once, here, there and everywhere`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let (one, two) = (try await signIn(user), try await signIn(user))
            let out = try await platform.call(
                "POST", "/api/v1/auth/sign-out", headers: ["Cookie": try cookie(one)])
            #expect(out.status == 204)
            #expect(try await tasks(try token(one), on: platform) == 401)
            #expect(try await refresh(try cookie(one), on: platform).status == 401)

            let list = try await user.call("GET", "/api/v1/auth/sessions").object()
            let items = try #require(list["items"] as? [[String: Any]])
            #expect(items.count == 2)
            #expect(items.filter { $0["isCurrent"] as? Bool == true }.count == 1)
            let other = try #require(items.first { $0["isCurrent"] as? Bool == false }?["id"] as? String)
            #expect(try await user.call("DELETE", "/api/v1/auth/sessions/\(other)").status == 204)
            #expect(try await user.call("DELETE", "/api/v1/auth/sessions/\(other)").status == 404)
            #expect(try await tasks(try token(two), on: platform) == 401)

            let three = try await signIn(user)
            #expect(try await user.call("POST", "/api/v1/auth/sign-out-everywhere").status == 204)
            #expect(try await tasks(try token(three), on: platform) == 401)
            #expect(try await tasks(user.token, on: platform) == 401)
            let again = try await signIn(user)
            try await expectAudit(
                ["todo.security.signed_out.v1", "todo.security.session_revoked.v1"],
                of: PlatformUser(
                    platform: platform, token: try token(again), email: user.email, password: user.password))
        }

        @Test func `other sites cannot use the cookie, and without one there is nothing to refresh`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let held = try cookie(try await signIn(user))
            for headers in [["Origin": "https://elsewhere.example"], ["Sec-Fetch-Site": "cross-site"]] {
                #expect(try await refresh(held, on: platform, headers: headers).status == 403)
                #expect(
                    try await platform.call(
                        "POST", "/api/v1/auth/sign-out", headers: headers.merging(["Cookie": held]) { $1 }
                    ).status == 403)
            }
            let own = ["Origin": "http://127.0.0.1:\(platform.portBase)"]
            #expect(try await refresh(held, on: platform, headers: own).status == 200)
            #expect(try await platform.call("POST", "/api/v1/auth/refresh", body: nil).status == 401)
            #expect(
                try await platform.call("POST", "/api/v1/auth/sign-out-everywhere", body: nil).status == 401)
        }

        @Test func `no refresh token is in logs or spans`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            var held = [try cookie(try await signIn(user))]
            held.append(try cookie(try await refresh(held[0], on: platform)))
            _ = try await refresh(held[0], on: platform)
            try await expectAudit(["todo.security.refresh_reused.v1"], of: user)
            let secrets = held.map { String($0.dropFirst("todo_refresh=".count)) }
            try #require(secrets.allSatisfy { $0.count == 64 })
            var places: [(String, String)] = []
            let logs = platform.data.appendingPathComponent("logs")
            for file in try FileManager.default.contentsOfDirectory(at: logs, includingPropertiesForKeys: nil)
            {
                places.append(
                    (file.lastPathComponent, String(decoding: try Data(contentsOf: file), as: UTF8.self)))
            }
            #expect(places.contains { $0.1.contains("/api/v1/auth/refresh") })
            let list = try await platform.http.send(
                .init("GET", "http://127.0.0.1:\(platform.portBase + 61)/inspector/traces?limit=20"))
            let object = try JSONSerialization.jsonObject(with: Data(list.body)) as? [String: Any]
            let items = try #require(object?["items"] as? [[String: Any]])
            for item in items {
                let id = try #require(item["traceId"] as? String)
                let tree = try await platform.http.send(
                    .init("GET", "http://127.0.0.1:\(platform.portBase + 61)/inspector/traces/\(id)"))
                places.append(("trace \(id)", String(decoding: tree.body, as: UTF8.self)))
            }
            for (place, text) in places {
                for secret in secrets {
                    #expect(!text.contains(secret) && !text.contains(secret.suffix(40)), "found in \(place)")
                }
            }
        }

        /// Waits until the audit log of a user holds events of the types.
        private func expectAudit(_ types: Set<String>, of user: PlatformUser) async throws {
            let deadline = ContinuousClock.now + .seconds(15)
            var missing = types
            while !missing.isEmpty, ContinuousClock.now < deadline {
                let answer = try await user.call("GET", "/api/v1/audit?limit=100").object()
                let items = answer["items"] as? [[String: Any]] ?? []
                missing = types.subtracting(items.compactMap { $0["type"] as? String })
                if !missing.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
            }
            #expect(missing.isEmpty)
        }
    }
}
