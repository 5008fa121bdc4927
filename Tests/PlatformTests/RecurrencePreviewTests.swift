import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// Rules and phrases, asked through the gateway.
    struct RecurrencePreviewTests {
        private func user() async throws -> PlatformUser {
            try await PlatformUser.signUp(on: try await RunningPlatform.shared.running())
        }

        @Test func `a preview tells local times and instants, and the rule in words`() async throws {
            let user = try await user()
            let answer = try await user.call(
                "POST", "/api/v1/recurrence/preview",
                json: [
                    "rrule": "FREQ=MONTHLY;BYMONTHDAY=-1", "start": "2026-01-31T23:30",
                    "tz": "America/New_York",
                    "count": 3,
                ])
            #expect(answer.status == 200)
            let preview = try answer.object()
            let items = try #require(preview["occurrences"] as? [[String: String]])
            #expect(
                items.map { $0["local"] } == ["2026-01-31T23:30", "2026-02-28T23:30", "2026-03-31T23:30"])
            let instants = items.compactMap { $0["instant"]?.prefix(16) }
            #expect(instants == ["2026-02-01T04:30", "2026-03-01T04:30", "2026-04-01T03:30"])
            #expect(preview["description"] as? String == "every month on the last at 23:30")
            #expect(preview["isComplete"] as? Bool == false)
        }

        @Test func `a bad preview names every mistake, and the place in the rule`() async throws {
            let user = try await user()
            let cases: [([String: Any], [String], String)] = [
                (["rrule": "FREQ=SECONDLY", "start": "2026-01-31T09:00"], ["/rrule"], "character 6"),
                (
                    ["rrule": "FREQ=DAILY", "start": "soon", "tz": "Mars/Base", "count": 0],
                    ["/start", "/tz", "/count"], ""
                ),
                (["rrule": "FREQ=DAILY", "start": "2026-01-01", "tz": "../../etc/passwd"], ["/tz"], "zone"),
                (
                    ["rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "start": "2026-01-01"], ["/rrule"],
                    "yields nothing"
                ),
                (["rrule": "FREQ=DAILY", "start": "2026-01-01", "x": 1], ["/x"], ""),
                (
                    ["rrule": "FREQ=DAILY", "start": "2026-01-01", "excluded": ["2026-01-02T09:00"]],
                    ["/excluded/0"], ""
                ),
            ]
            for (body, pointers, detail) in cases {
                let answer = try await user.call("POST", "/api/v1/recurrence/preview", json: body)
                #expect(answer.status == 422, "\(body)")
                let errors = try #require(try answer.object()["errors"] as? [[String: String]])
                #expect(errors.compactMap { $0["pointer"] } == pointers, "\(body)")
                #expect(
                    detail.isEmpty || errors.contains { $0["detail"]?.contains(detail) == true }, "\(body)")
            }
            let stranger = try await user.platform.call("POST", "/api/v1/recurrence/preview", json: [:])
            #expect(stranger.status == 401)
        }

        @Test func `a phrase becomes the parts of a task, and its spans are told`() async throws {
            let user = try await user()
            let answer = try await user.call(
                "POST", "/api/v1/parse",
                json: [
                    "text": "pay rent every month on the 1st at 9am #home !high", "tz": "Europe/Amsterdam",
                ])
            #expect(answer.status == 200)
            let phrase = try answer.object()
            #expect(phrase["title"] as? String == "pay rent")
            #expect(phrase["priority"] as? String == "high" && phrase["tags"] as? [String] == ["home"])
            let due = try #require(phrase["due"] as? [String: String])
            #expect(due["kind"] == "zoned" && due["tz"] == "Europe/Amsterdam")
            #expect(due["local"]?.hasSuffix("-01T09:00") == true)
            let rule = try #require(phrase["recurrence"] as? [String: String])
            #expect(rule["rrule"] == "FREQ=MONTHLY;BYMONTHDAY=1")
            #expect((phrase["spans"] as? [[String: Any]])?.count == 4)
            let bad = try await user.call("POST", "/api/v1/parse", json: ["text": "x", "tz": "Nowhere"])
            #expect(bad.status == 422)
        }

        @Test func `previews, phrases and zones are counted, and nobody's words are among the labels`()
            async throws
        {
            let user = try await user()
            _ = try await user.call(
                "POST", "/api/v1/recurrence/preview",
                json: ["rrule": "FREQ=DAILY", "start": "2026-01-31T09:00", "tz": "Asia/Tokyo"])
            _ = try await user.call("POST", "/api/v1/parse", json: ["text": "quokka tomorrow #wombat"])
            let response = try await user.platform.http.send(
                HTTPClientRequest("GET", "http://127.0.0.1:\(user.platform.portBase + 21)/metrics"))
            let metrics = String(decoding: response.body, as: UTF8.self)
            for line in [
                "todo_recurrence_steps_count", "todo_parse_parts_total{kind=\"date\"}",
                "todo_zones_loads_total{outcome=\"loaded\"}",
            ] { #expect(metrics.contains(line), "\(line)") }
            #expect(!metrics.contains("quokka") && !metrics.contains("wombat"))
        }
    }
}
