import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// Export, import, calendar, the rate's headers and the documents, through the gateway and the sidecars.
    struct ExchangeFlowTests {
        @Test func `a file goes from one account to another, and a broken one changes nothing`() async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let one = try await PlatformUser.signUp(on: platform)
            let other = try await PlatformUser.signUp(on: platform)
            let parent = try await one.createTask("whole")
            for number in 0..<30 {
                let answer = try await one.call(
                    "POST", "/api/v1/tasks",
                    json: [
                        "title": "part \(number)", "parentId": parent, "list": "L",
                        "description": String(repeating: "long ", count: 8000),
                    ])
                #expect(answer.status == 201)
            }
            _ = try await one.call("PATCH", "/api/v1/settings", json: ["timeZone": "Asia/Tokyo"])
            let file = try await one.call("GET", "/api/v1/export")
            #expect(file.status == 200 && file.headers["ratelimit-policy"] != nil)
            // More than one part.
            #expect(file.body.count > 1_000_000)
            let document = try file.object()
            #expect((document["tasks"] as? [Any])?.count == 31)

            let dry = try await other.platform.call(
                "POST", "/api/v1/import?dry_run=true", body: file.body,
                headers: ["Authorization": "Bearer \(other.token)"])
            #expect(dry.status == 200, "\(String(decoding: dry.body, as: UTF8.self))")
            #expect(try dry.object()["settings"] as? String == "acceptable")
            let broken = Array(
                String(decoding: file.body, as: UTF8.self)
                    .replacingOccurrences(of: "\"title\":\"part 29\"", with: "\"title\":\"\"").utf8)
            let refused = try await platform.call(
                "POST", "/api/v1/import", body: broken, headers: ["Authorization": "Bearer \(other.token)"])
            #expect(refused.status == 422)
            let errors = try #require(try refused.object()["errors"] as? [[String: Any]])
            #expect(errors.first?["pointer"] as? String == "/tasks/30/title" && errors.first?["line"] != nil)
            let none = try await other.call("GET", "/api/v1/tasks")
            #expect((try none.object()["items"] as? [Any])?.isEmpty == true)

            let taken = try await platform.call(
                "POST", "/api/v1/import", body: file.body, headers: ["Authorization": "Bearer \(other.token)"]
            )
            #expect(taken.status == 200)
            let settings = try await other.call("GET", "/api/v1/settings")
            #expect(try settings.object()["timeZone"] as? String == "Asia/Tokyo")
            let copy = try await other.call("GET", "/api/v1/export").object()
            #expect((copy["tasks"] as? [Any])?.count == 31)
            let token = try #require(taken.headers["undo-token"])
            let undone = try await other.call("POST", "/api/v1/undo", json: ["token": token])
            #expect(undone.status == 200)
            let left = try await other.call("GET", "/api/v1/tasks")
            #expect((try left.object()["items"] as? [Any])?.isEmpty == true)
            let table = try await other.call("GET", "/api/v1/export.csv")
            #expect(table.status == 200 && table.headers["content-type"]?.hasPrefix("text/csv") == true)
        }

        @Test func `a calendar has a secret address, which no trace tells`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            _ = try await user.createTask("in the calendar")
            let made = try await user.call("POST", "/api/v1/calendar-feed")
            #expect(made.status == 201)
            let path = try #require(try made.object()["path"] as? String)
            let trace = ForeignTrace()
            let calendar = try await platform.call(
                "GET", path, body: nil,
                headers: ["traceparent": trace.traceparent, "Authorization": "Bearer \(user.token)"])
            #expect(calendar.status == 200)
            #expect(calendar.headers["content-type"] == "text/calendar; charset=utf-8")
            #expect(String(decoding: calendar.body, as: UTF8.self).contains("SUMMARY:in the calendar"))
            let tag = try #require(calendar.headers["etag"])
            let again = try await platform.call("GET", path, body: nil, headers: ["If-None-Match": tag])
            #expect(again.status == 304)
            let tree = try await platform.tree(trace.traceID) { tree in
                tree.spans.contains { $0.name == "POST /api/v1/calendar" }
            }
            let secret = try #require(path.split(separator: "/").last?.split(separator: ".").first)
            #expect(tree.spans.contains { $0.name == "GET /api/v1/calendar/{secret}.ics" })
            #expect(!tree.spans.contains { "\($0.name) \($0.attributes)".contains(secret) })
            #expect(try await user.call("GET", "/api/v1/calendar-feed").object()["path"] == nil)
            let revoked = try await user.call("DELETE", "/api/v1/calendar-feed")
            #expect(revoked.status == 204)
            for address in [path, "/api/v1/calendar/\(String(repeating: "A", count: 43)).ics"] {
                #expect(try await platform.call("GET", address, body: nil).status == 404)
            }
        }

        @Test func `the description and its page are there for anybody and can be cached`() async throws {
            let platform = try await RunningPlatform.shared.running()
            for path in ["/openapi.json", "/docs", "/docs/style.css"] {
                let answer = try await platform.call("GET", path, body: nil)
                #expect(answer.status == 200, "\(path)")
                #expect(answer.headers["content-security-policy"]?.contains("default-src 'none'") == true)
                let tag = try #require(answer.headers["etag"])
                let again = try await platform.call("GET", path, body: nil, headers: ["If-None-Match": tag])
                #expect(again.status == 304 && again.body.isEmpty)
            }
        }

        @Test func `answers tell the rate, refusals too`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            for path in ["/api/v1/tasks", "/api/v1/tasks/\(UUID().uuidString)"] {
                let answer = try await user.call("GET", path)
                #expect(answer.headers["ratelimit"]?.hasPrefix("\"user\";r=") == true, "\(path)")
                #expect(answer.headers["ratelimit-policy"] == "\"user\";q=1000000;w=60")
            }
        }
    }
}
