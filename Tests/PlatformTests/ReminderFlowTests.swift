import CurlHTTP
import Foundation
import Synchronization
import TestSupport
import Testing

extension WholePlatform {
    /// Reminders through the whole platform: set, fired, told, once.
    struct ReminderFlowTests {
        private static let stamp = Date.ISO8601FormatStyle(includingFractionalSeconds: false)

        private func subscribe(_ user: PlatformUser, _ address: String) async throws {
            let made = try await user.call(
                "POST", "/api/v1/notifications/subscriptions", json: ["channel": "webhook", "url": address])
            #expect(made.status == 201)
        }

        /// What a receiver was told: the reminder of each notification.
        private func told(_ server: TinyHTTPServer) throws -> [(notification: String, reminder: String)] {
            try server.requests.flatMap { request in
                let body = try #require(
                    try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
                return (body["items"] as? [[String: Any]] ?? []).map {
                    ($0["notificationID"] as? String ?? "", $0["reminderID"] as? String ?? "")
                }
            }
        }

        @Test
        func `a reminder reaches a webhook once, in traces that are linked from the write to the message`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let server = try TinyHTTPServer { _ in .text(200, "") }
            defer { server.stop() }
            try await subscribe(user, server.address)
            let trace = ForeignTrace()
            let at = Date(timeIntervalSinceNow: 4).formatted(Self.stamp)
            let made = try await user.call(
                "POST", "/api/v1/tasks", json: ["title": "call mum", "reminders": [["at": at]]],
                headers: ["traceparent": trace.traceparent])
            #expect(made.status == 201)
            let task = try #require(try made.object()["id"] as? String)
            let reminders = try #require(try made.object()["reminders"] as? [[String: Any]])
            let reminder = try #require(reminders.first?["id"] as? String)

            let written = try await platform.tree(trace.traceID) {
                $0.first("plan reminder", service: "reminders") != nil
            }
            let planned = try #require(written.first("plan reminder", service: "reminders"))
            #expect(planned.attributes["todo.reminder.id"] as? String == reminder)
            #expect(planned.parentID != nil)

            _ = await server.waitForRequests(1)
            let seen = try told(server)
            #expect(seen.map(\.reminder) == [reminder])
            #expect(server.requests.first?.bodyText.contains("Reminder: call mum") == true)

            let fired = try await firing(of: reminder, task: task, on: platform)
            let root = try #require(fired.first("fire reminder", service: "reminders"))
            #expect(fired.roots.map(\.spanID) == [root.spanID] && fired.traceID != trace.traceID)
            #expect(root.links.contains { $0.traceID == trace.traceID })
            #expect(root.attributes["todo.reminder.outcome"] as? String == "fired")
            #expect(fired.first("deliver webhook", service: "notifications") != nil)
            let declared = try await DeclaredSpans(platform)
            for span in fired.spans + written.spans where !declared.contains(span) {
                Issue.record("\(span.service): \(span.name) is not declared as it is")
            }
            #expect(try await user.audit(subject: reminder, atLeast: 2, within: 30).count == 2)
            #expect(try told(server).count == 1)
            #expect((await platform.metric("todo_reminder_lateness_seconds_count", slot: 3) ?? 0) >= 1)
        }

        /// The trace in which a reminder fired, once its message is in it.
        private func firing(
            of reminder: String, task: String, on platform: RunningPlatform
        ) async throws -> SpanTree {
            var found: SpanTree?
            let isThere = try await holds(within: .seconds(60)) {
                let result = try await platform.todo(
                    "trace", "--task", task, "--json", "--data", platform.data.path)
                guard result.status == 0 else { return false }
                let trees = result.output.split(separator: "\n").compactMap {
                    try? SpanTree(json: String($0))
                }
                found = trees.first { tree in
                    tree.spans.contains {
                        $0.name == "fire reminder"
                            && $0.attributes["todo.reminder.id"] as? String == reminder
                            && $0.attributes["todo.reminder.outcome"] as? String == "fired"
                    } && tree.first("deliver webhook", service: "notifications") != nil
                }
                return found != nil
            }
            #expect(isThere, "no trace of the firing")
            return try #require(found)
        }

        @Test func `completed, deleted or put off, a reminder does not fire at its old time`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let server = try TinyHTTPServer { _ in .text(200, "") }
            defer { server.stop() }
            try await subscribe(user, server.address)
            let at = Date(timeIntervalSinceNow: 5).formatted(Self.stamp)
            func create(_ title: String) async throws -> (task: String, reminder: String) {
                let made = try await user.call(
                    "POST", "/api/v1/tasks", json: ["title": title, "reminders": [["at": at]]])
                let object = try made.object()
                let reminders = try #require(object["reminders"] as? [[String: Any]])
                return (
                    try #require(object["id"] as? String), try #require(reminders.first?["id"] as? String)
                )
            }
            let (done, gone, later) = (
                try await create("done"), try await create("gone"), try await create("later")
            )
            let kept = try await create("kept")
            let root = "/api/v1/tasks"
            #expect(try await user.call("POST", "\(root)/\(done.task)/complete").status == 200)
            #expect(try await user.call("DELETE", "\(root)/\(gone.task)").status == 204)
            let snoozed = try await user.call(
                "POST", "\(root)/\(later.task)/snooze", json: ["for": "PT1H"])
            #expect(snoozed.status == 200)
            #expect(try await holds(within: .seconds(60)) { try !told(server).isEmpty })
            // A later one has passed by all of them.
            let last = Date(timeIntervalSinceNow: 2).formatted(Self.stamp)
            _ = try await user.call(
                "POST", "\(root)", json: ["title": "last", "reminders": [["at": last]]])
            #expect(try await holds(within: .seconds(60)) { try told(server).count >= 2 })
            #expect(try told(server).first?.reminder == kept.reminder)
            let others = Set([done.reminder, gone.reminder, later.reminder])
            #expect(try told(server).count == 2 && !told(server).contains { others.contains($0.reminder) })
        }
    }
}
