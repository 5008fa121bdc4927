import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// Who may see what, and what a mistake is answered with.
    struct AccessTests {
        /// A token of the right shape that nobody here signed.
        private static func forged(algorithm: String, subject: String = UUID().uuidString) -> String {
            func part(_ json: String) -> String {
                Data(json.utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-")
                    .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
            }
            let header = part(#"{"alg":"\#(algorithm)","kid":"gateway","typ":"at+jwt"}"#)
            let claims = part(
                #"{"iss":"gateway","sub":"\#(subject)","aud":"todo","exp":4102444800,"iat":1,"jti":"1","scope":"tasks:read tasks:write audit:read"}"#
            )
            return "\(header).\(claims).\(algorithm == "none" ? "" : part("not a signature"))"
        }

        @Test func `without a valid token nothing is served`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let parts = user.token.split(separator: ".").map(String.init)
            let otherBody = Self.forged(algorithm: "EdDSA").split(separator: ".").map(String.init)[1]
            let tokens: [String?] = [
                nil, "", "Basic dXNlcjpwYXNz", "Bearer", "Bearer nonsense",
                "Bearer \(Self.forged(algorithm: "none"))",
                "Bearer \(Self.forged(algorithm: "HS256"))", "Bearer \(Self.forged(algorithm: "EdDSA"))",
                "Bearer \(parts[0]).\(otherBody).\(parts[2])", "Bearer \(parts[0]).\(parts[1]).",
            ]
            for path in ["/api/v1/tasks", "/api/v1/audit", "/api/v1/tasks/\(UUID().uuidString)"] {
                for token in tokens {
                    let answer = try await platform.call(
                        "GET", path, headers: token.map { ["Authorization": $0] } ?? [:])
                    #expect(answer.status == 401, "\(path) with \(token ?? "no token")")
                    #expect(answer.headers["content-type"] == "application/problem+json")
                    #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
                }
            }
        }

        @Test func `the services behind the gateway verify for themselves`() async throws {
            let platform = try await RunningPlatform.shared.running()
            for port in [platform.portBase + 1, platform.portBase + 5] {
                let path = port == platform.portBase + 1 ? "/api/v1/tasks" : "/api/v1/audit"
                let answer = try await platform.http.send(
                    .init(
                        "GET", "http://127.0.0.1:\(port)\(path)",
                        headers: .init([("Authorization", "Bearer \(Self.forged(algorithm: "EdDSA"))")])))
                #expect(answer.status == 401)
                let event = try await platform.http.send(
                    .init("POST", "http://127.0.0.1:\(port)/events/todo.events", body: Array("{}".utf8)))
                #expect([401, 404].contains(event.status))
            }
        }

        @Test func `another user's task is not there`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let owner = try await PlatformUser.signUp(on: platform)
            let stranger = try await PlatformUser.signUp(on: platform)
            let id = try await owner.createTask("mine alone")
            #expect(try await owner.call("GET", "/api/v1/tasks/\(id)").status == 200)
            #expect(try await stranger.call("GET", "/api/v1/tasks/\(id)").status == 404)
            #expect(try await stranger.call("POST", "/api/v1/tasks/\(id)/complete").status == 404)
            let list = try await stranger.call("GET", "/api/v1/tasks").object()
            #expect((list["items"] as? [Any])?.isEmpty == true)
            #expect(try await stranger.audit(subject: id, atLeast: 1, within: 1).isEmpty)
        }

        @Test func `mistakes are answered with a problem that names them`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let bearer = ["Authorization": "Bearer \(user.token)"]
            let cases: [(String, String, String?, Int, String?)] = [
                ("POST", "/api/v1/tasks", #"{"title":"#, 400, nil),
                ("POST", "/api/v1/tasks", "", 400, nil),
                ("POST", "/api/v1/tasks", #"{"title":""}"#, 422, "/title"),
                ("POST", "/api/v1/tasks", #"{}"#, 422, "/title"),
                ("POST", "/api/v1/tasks", #"{"title":7}"#, 422, "/title"),
                ("POST", "/api/v1/tasks", #"{"title":"a","priority":"huge"}"#, 422, "/priority"),
                ("POST", "/api/v1/tasks", #"{"title":"a","colour":"red"}"#, 422, "/colour"),
                ("POST", "/api/v1/tasks", #"{"title":"a","tags":["x",""]}"#, 422, "/tags/1"),
                (
                    "POST", "/api/v1/tasks", #"{"title":"a","due":{"kind":"date","local":"2026-02-30"}}"#,
                    422, "/due/local"
                ),
                ("POST", "/api/v1/tasks", #"["title"]"#, 422, ""),
                ("GET", "/api/v1/tasks?limit=0", nil, 400, nil),
                ("GET", "/api/v1/tasks?cursor=nonsense", nil, 422, "/cursor"),
                ("GET", "/api/v1/tasks?colour=red", nil, 400, nil),
                ("GET", "/api/v1/tasks/not-an-id", nil, 404, nil),
                ("GET", "/api/v1/nothing", nil, 404, nil),
                ("DELETE", "/api/v1/tasks", nil, 405, nil),
                ("PUT", "/api/v1/auth/sign-in", #"{}"#, 405, nil),
            ]
            for (method, path, body, status, pointer) in cases {
                let answer = try await platform.call(
                    method, path, body: body.map { Array($0.utf8) }, headers: bearer)
                #expect(answer.status == status, "\(method) \(path) \(body ?? "")")
                #expect(answer.headers["content-type"] == "application/problem+json", "\(method) \(path)")
                let problem = try answer.object()
                #expect(problem["status"] as? Int == status)
                if status == 405 { #expect(answer.headers["allow"] != nil) }
                guard let pointer else { continue }
                let errors = try #require(problem["errors"] as? [[String: String]])
                #expect(errors.contains { $0["pointer"] == pointer }, "\(body ?? ""): \(errors)")
            }
        }

        @Test func `a body that is too long or of another type is refused`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let bearer = ["Authorization": "Bearer \(user.token)"]
            let long = Array(#"{"title":"\#(String(repeating: "x", count: 1_100_000))"}"#.utf8)
            #expect(
                try await platform.call("POST", "/api/v1/tasks", body: long, headers: bearer).status == 413)
            let form = bearer.merging(["Content-Type": "application/x-www-form-urlencoded"]) { $1 }
            #expect(
                try await platform.call("POST", "/api/v1/tasks", body: Array("a=b".utf8), headers: form)
                    .status == 415)
        }

        @Test func `signing in needs the right password, and an address has one account`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let right = try await platform.call(
                "POST", "/api/v1/auth/sign-in",
                json: ["email": user.email.uppercased(), "password": user.password])
            #expect(right.status == 200)
            #expect(try right.object()["tokenType"] as? String == "Bearer")
            let wrong = try await platform.call(
                "POST", "/api/v1/auth/sign-in", json: ["email": user.email, "password": "something else"])
            let nobody = try await platform.call(
                "POST", "/api/v1/auth/sign-in",
                json: ["email": "nobody@example.com", "password": "something else"])
            #expect(wrong.status == 401 && nobody.status == 401)
            #expect(wrong.body == nobody.body)
            let again = try await platform.call(
                "POST", "/api/v1/auth/sign-up", json: ["email": user.email, "password": user.password])
            #expect(again.status == 409)
            let weak = try await platform.call(
                "POST", "/api/v1/auth/sign-up", json: ["email": "x", "password": "short"])
            #expect(weak.status == 422)
        }
    }
}
