import CurlHTTP
import Foundation
import TestSupport
import Testing

extension WholePlatform {
    /// Users are told where they want to be, through the whole platform.
    struct NotificationFlowTests {
        private func deliveries(_ user: PlatformUser, until isDone: ([[String: Any]]) -> Bool) async throws
            -> [[String: Any]]
        {
            var items: [[String: Any]] = []
            for _ in 0..<300 {
                let answer = try await user.call("GET", "/api/v1/notifications/deliveries")
                items = try #require(try answer.object()["items"] as? [[String: Any]])
                if isDone(items) { break }
                try await Task.sleep(for: .milliseconds(50))
            }
            return items
        }

        @Test func `a test reaches a webhook and the page, in one trace, and the audit log says so`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let server = try TinyHTTPServer { _ in .text(200, "") }
            defer { server.stop() }
            let root = "/api/v1/notifications"
            let made = try await user.call(
                "POST", "\(root)/subscriptions", json: ["channel": "webhook", "url": server.address])
            #expect(made.status == 201)
            #expect(try (made.object()["secret"] as? String)?.hasPrefix("whsec_") == true)
            let tested = try await user.call("POST", "\(root)/test", json: [:])
            #expect(tested.status == 202)
            let id = try #require(try tested.object()["notificationID"] as? String)
            let tree = try await platform.lastTree { tree in
                tree.first("deliver webhook", service: "notifications") != nil
                    && tree.first("POST \(root)/test", service: "gateway") != nil
            }
            #expect(tree.roots.count == 1)
            let received = await server.waitForRequests(1)
            #expect(received.first?.headers["todo-message-id"] == id)
            let log = try await deliveries(user) { $0.allSatisfy { $0["state"] as? String == "delivered" } }
            #expect(log.compactMap { $0["channel"] as? String }.sorted() == ["page", "webhook"])
            // Asked for, so that open pages show it, and settled on two channels.
            #expect(try await user.audit(subject: id, atLeast: 3).count == 3)
            let declared = try await DeclaredSpans(platform)
            for span in tree.spans where !declared.contains(span) {
                Issue.record("\(span.service): \(span.name) is not declared as it is")
            }
        }

        @Test func `preferences are patched, places are removed, and others see nothing of it`() async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let stranger = try await PlatformUser.signUp(on: platform)
            let root = "/api/v1/notifications"
            let patched = try await user.call(
                "PATCH", "\(root)/preferences", json: ["email": ["digest": true], "digestAt": "06:30"])
            #expect(patched.status == 200)
            let preferences = try await user.call("GET", "\(root)/preferences").object()
            #expect(preferences["digestAt"] as? String == "06:30")
            #expect(
                try await user.call("PATCH", "\(root)/preferences", json: ["digestAt": "6"]).status == 422)
            let made = try await user.call(
                "POST", "\(root)/subscriptions",
                json: ["channel": "webhook", "url": "https://example.org/hook"])
            let id = try #require(try made.object()["id"] as? String)
            #expect(try await stranger.call("GET", "\(root)/subscriptions/\(id)").status == 404)
            #expect(try await stranger.call("DELETE", "\(root)/subscriptions/\(id)").status == 404)
            #expect(try await user.call("DELETE", "\(root)/subscriptions/\(id)").status == 204)
            #expect(try await user.call("GET", "\(root)/push-key").status == 200)
            // No mail server is set up here.
            let mail = try await user.call(
                "POST", "\(root)/subscriptions", json: ["channel": "email", "address": "a@example.org"])
            #expect(mail.status == 409)
            #expect(try await platform.call("GET", "\(root)/deliveries").status == 401)
        }
    }
}
