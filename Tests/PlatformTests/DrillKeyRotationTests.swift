import CurlHTTP
import Foundation
import Synchronization
import Testing

extension WholePlatform {
    /// The gateway's key changes while people work.
    ///
    /// "No failed request" means: no 401 and no 403, and no 5xx at all. A connection that is refused, or closed before an
    /// answer came, while the gateway starts anew is no answer; clients repeat the request, as they would with one
    /// replica of any server, and it has to succeed then.
    struct DrillKeyRotationTests {
        private final class Seen: Sendable {
            private struct State {
                var answers: [Int: Int] = [:]
                var failures: Set<String> = []
                var unanswered = 0
                var isOver = false
            }

            private let state = Mutex(State())

            var answers: [Int: Int] { state.withLock { $0.answers } }
            var unanswered: Int { state.withLock { $0.unanswered } }
            var count: Int { answers.values.reduce(0, +) }
            var isOver: Bool { state.withLock { $0.isOver } }

            var failures: Set<String> { state.withLock { $0.failures } }

            func add(_ answer: PlatformAnswer?) {
                state.withLock { state in
                    guard let answer else { return state.unanswered += 1 }
                    state.answers[answer.status, default: 0] += 1
                    if answer.status >= 300 {
                        state.failures.insert(String(decoding: answer.body, as: UTF8.self))
                    }
                }
            }

            func end() { state.withLock { $0.isOver = true } }
        }

        @Test func `keys rotate under load and no request fails`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let early = try await PlatformUser.signUp(on: platform)
            // Signed out before; a gateway that starts anew must know it from its first request on.
            let gone = try await PlatformUser.signUp(on: platform)
            #expect(try await gone.call("POST", "/api/v1/auth/sign-out-everywhere").status == 204)
            #expect(try await gone.call("GET", "/api/v1/tasks").status == 401)
            let keysBefore = try await publishedKeys(platform)
            let seen = Seen()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<8 {
                    let user = try await PlatformUser.signUp(on: platform)
                    group.addTask {
                        var cycle = index
                        while !seen.isOver {
                            // Right passwords are not limited, but dear.
                            try await Self.work(user, signingIn: cycle % 20 == 0, seen)
                            cycle += 1
                        }
                    }
                }
                for round in 1...2 {
                    let enough = seen.count + 100
                    let isBusy = try await holds(within: .seconds(30)) {
                        seen.count >= enough
                    }
                    #expect(isBusy)
                    let result = try await platform.todo("keys", "rotate", "--data", platform.data.path)
                    #expect(result.status == 0, "\(result.errors)")
                    #expect(result.output.contains("gateway signs with a new key"), "\(result.output)")
                    let keys = try await publishedKeys(platform)
                    #expect(keys.count == keysBefore.count + round)
                    #expect(Set(keys).isSuperset(of: keysBefore))
                    #expect(!keysBefore.contains(try #require(keys.first)))
                }
                // Tokens of the newest key, at the gateway and behind it, and one of the oldest at both.
                for user in [try await PlatformUser.signUp(on: platform), early] {
                    _ = try await user.createTask("after the rotation")
                    let behind = try await platform.http.send(
                        .init(
                            "GET", "http://127.0.0.1:\(platform.portBase + 1)/api/v1/tasks",
                            headers: .init([("Authorization", "Bearer \(user.token)")])))
                    #expect(behind.status == 200)
                }
                #expect(try await gone.call("GET", "/api/v1/tasks").status == 401)
                seen.end()
                try await group.waitForAll()
            }
            let (answers, unanswered) = (seen.answers, seen.unanswered)
            print("Key rotation under load: answers \(answers), without answer \(unanswered)")
            #expect(answers.keys.allSatisfy { (200..<300).contains($0) }, "\(answers) \(seen.failures)")
            #expect(try await platform.isReady(within: 60))
        }

        /// A write, a read, and now and then a fresh sign-in, each repeated until there is an answer.
        private static func work(
            _ user: PlatformUser, signingIn: Bool, _ seen: Seen
        ) async throws {
            let key = UUID().uuidString
            var requests: [(String, String, [String: String]?)] = [
                ("POST", "/api/v1/tasks", ["title": "while keys change"]),
                ("GET", "/api/v1/tasks?limit=1", nil),
            ]
            if signingIn {
                let credentials = ["email": user.email, "password": user.password]
                requests.append(("POST", "/api/v1/auth/sign-in", credentials))
            }
            for (method, path, json) in requests {
                let deadline = ContinuousClock.now + .seconds(60)
                while true {
                    guard
                        let answer = try? await user.call(
                            method, path, json: json, headers: ["Idempotency-Key": key])
                    else {
                        seen.add(nil)
                        try #require(ContinuousClock.now < deadline, "\(method) \(path)")
                        try await Task.sleep(for: .milliseconds(50))
                        continue
                    }
                    seen.add(answer)
                    break
                }
            }
        }

        private func publishedKeys(_ platform: RunningPlatform) async throws -> [String] {
            let answer = try await platform.call("GET", "/.well-known/jwks.json")
            let keys = try #require(try answer.object()["keys"] as? [[String: Any]])
            return keys.compactMap { $0["kid"] as? String }
        }
    }
}
