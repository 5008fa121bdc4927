import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// Lists, filters and search over HTTP, with settings that reach `tasks` by their event.
    struct TaskQueryTests {
        private func titles(_ user: PlatformUser, _ path: String) async throws -> [String] {
            let answer = try await user.call("GET", path)
            #expect(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
            let items = try #require(try answer.object()["items"] as? [[String: Any]])
            return items.compactMap { $0["title"] as? String }
        }

        @Test func `a change of zone reaches lists by its event`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let before = try await user.call("GET", "/api/v1/settings").object()
            #expect(before["timeZone"] as? String == "UTC")
            // Kiritimati is 25 hours ahead of Pago Pago: no day is today in both.
            let far = try await user.call(
                "PATCH", "/api/v1/settings", json: ["timeZone": "Pacific/Kiritimati", "weekStart": "sunday"])
            #expect(far.status == 200 && far.headers["etag"] == "\"2\"")
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = try #require(TimeZone(identifier: "Pacific/Kiritimati"))
            let day = calendar.dateComponents([.year, .month, .day], from: Date())
            let local = String(format: "%04d-%02d-%02d", day.year ?? 0, day.month ?? 0, day.day ?? 0)
            let created = try await user.call(
                "POST", "/api/v1/tasks", json: ["title": "far", "due": ["kind": "date", "local": local]])
            #expect(created.status == 201)
            try await eventually { try await titles(user, "/api/v1/tasks?filter=today") == ["far"] }
            _ = try await user.call("PATCH", "/api/v1/settings", json: ["timeZone": "Pacific/Pago_Pago"])
            try await eventually { try await titles(user, "/api/v1/tasks?filter=today").isEmpty }
            try await eventually {
                try await titles(user, "/api/v1/tasks?filter=due%20%3E%20today&sort=due") == ["far"]
            }
            let refused = try await user.call(
                "PATCH", "/api/v1/settings",
                json: ["timeZone": "Mars/Olympus", "quietHours": ["from": "25:00", "to": "07:00"]])
            #expect(refused.status == 422)
            let errors = try #require(try refused.object()["errors"] as? [[String: Any]])
            #expect(errors.compactMap { $0["pointer"] as? String } == ["/timeZone", "/quietHours/from"])
        }

        @Test func `filter, sort, fields, search and saved filters answer through the gateway`() async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            for (title, priority) in [("Buy broccoli", "low"), ("Call Zoë", "urgent"), ("Pay rent", "high")] {
                _ = try await user.call(
                    "POST", "/api/v1/tasks", json: ["title": title, "priority": priority])
            }
            #expect(
                try await titles(user, "/api/v1/tasks?filter=priority+%3E%3D+high&sort=-priority")
                    == ["Call Zoë", "Pay rent"])
            let first = try await user.call("GET", "/api/v1/tasks?sort=title&limit=2&fields=title")
            let link = try #require(first.headers["link"])
            #expect(link.hasSuffix("; rel=\"next\""))
            let next = try #require(link.dropFirst().split(separator: ">").first.map(String.init))
            #expect(try await titles(user, next) == ["Pay rent"])
            #expect(try await titles(user, "/api/v1/tasks/search?q=brocoli") == ["Buy broccoli"])
            #expect(try await titles(user, "/api/v1/tasks/search?q=zoe") == ["Call Zoë"])
            let wrong = try await user.call("GET", "/api/v1/tasks?filter=due%20%3C%20someday")
            #expect(wrong.status == 422)
            let error = try #require(try (wrong.object()["errors"] as? [[String: Any]])?.first)
            #expect(error["position"] as? Int == 6 && error["code"] as? String == "filter_bad_value")
            let saved = try await user.call(
                "POST", "/api/v1/filters", json: ["name": "hot", "filter": "p1 OR p2", "sort": "-priority"])
            #expect(saved.status == 201)
            let location = try #require(saved.headers["location"])
            #expect(try await titles(user, "\(location)/tasks") == ["Call Zoë", "Pay rent"])
            #expect(
                try await titles(user, "/api/v1/tasks?filter=saved:hot&sort=priority") == [
                    "Pay rent", "Call Zoë",
                ])
            let stranger = try await PlatformUser.signUp(on: platform)
            #expect(try await stranger.call("GET", location).status == 404)
            #expect(try await stranger.call("GET", "\(location)/tasks").status == 404)
        }

        @Test func `cursors that nobody gave out are refused everywhere, and nothing fails by them`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let task = try await user.createTask("milk")
            let id = UUID().uuidString
            let numbers = ["0", "-1", "9223372036854775807", "9223372036854775808", "1e9", "", "%00"]
            let cursors =
                [
                    "", "x", "%00", "%F0%9F%A5%9B", "t1.\(id)x", "v1.0000-00-00T00:00:00Z.\(id)",
                    String(
                        repeating: "A", count: 7000),
                ]
                + ["h1.", "a1.", "t1.", "v1.", ""].flatMap { prefix in numbers.map { prefix + $0 } }
            // What may well be a place to some of them: a page from there on, which may be empty.
            let places: [String: String] = [
                "/api/v1/tasks?": "none", "/api/v1/tasks/search?q=milk&": "none",
                "/api/v1/tasks/\(task)/history?": "h1.", "/api/v1/templates?": "t1.", "/api/v1/audit?": "a1.",
                "/api/v1/auth/sessions?": "none", "/api/v1/notifications/deliveries?": "none",
                "/api/v1/conversations?": "v1.",
            ]
            for (path, prefix) in places {
                #expect(try await user.call("GET", String(path.dropLast())).status == 200, "\(path)")
                for cursor in cursors {
                    let status = try await user.call("GET", "\(path)cursor=\(cursor)").status
                    let allowed = cursor.hasPrefix(prefix) ? [200, 400, 422] : [400, 422]
                    #expect(allowed.contains(status), "\(path)cursor=\(cursor.prefix(40)): \(status)")
                }
            }
        }

        private func eventually(
            _ condition: () async throws -> Bool
        ) async throws {
            let deadline = ContinuousClock.now + .seconds(20)
            while ContinuousClock.now < deadline {
                if try await condition() { return }
                try await Task.sleep(for: .milliseconds(50))
            }
            Issue.record("it did not come to pass within 20 seconds")
        }
    }
}
