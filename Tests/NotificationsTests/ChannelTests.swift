import Crypto
import CurlHTTP
import EventFlow
import Foundation
import InMemoryTracing
import Metrics
import MetricsTestKit
import Postgres
import ServiceKit
import TestSupport
import Testing
import TodoDomain
import Tracing

@testable import Notifications

extension NotificationsOnPostgres {
    /// Our messages in the hands of programs that others wrote.
    @Suite(.enabled(if: Receivers.areThere, "scripts/install-python.sh was not run"))
    struct ChannelTests {
        @Test func `Python agrees with the signature of a webhook, and not with another's`() async throws {
            let rig = try await NotificationsRig()
            let server = try TinyHTTPServer { _ in .text(200, "") }
            let user = UUID()
            let place = try await rig.webhook(server.address, of: user)
            try await rig.request(of: user, title: "Käse & <b>Brot</b>", channels: [.webhook])
            try await rig.round(rig.worker())
            let request = try #require(server.requests.first)
            let header = try #require(request.headers["todo-signature"])
            #expect(header.hasPrefix("t=\(Int(rig.clock.now.timeIntervalSince1970)),v1="))
            let (secret, body) = (try #require(place.secret), Receivers.hex(request.body))
            #expect(try await Receivers.run("webhook", secret, header, body) == #"{"valid": true}"#)
            #expect(try await Receivers.run("webhook", "x", header, body) == #"{"valid": false}"#)
            #expect(try await Receivers.run("webhook", secret, header, body + "20") == #"{"valid": false}"#)
            server.stop()
            await rig.close()
        }

        @Test func `a browser's key opens a push, and its service knows us by VAPID`() async throws {
            let vapid = P256.Signing.PrivateKey()
            let rig = try await NotificationsRig(settings: [
                "TODO_VAPID_KEY": base64URLEncoded(vapid.rawRepresentation),
                "TODO_VAPID_SUBJECT": "mailto:ops@example.org",
            ])
            let server = try TinyHTTPServer { request in
                .text(request.path == "/gone" ? 404 : 201, "")
            }
            let (browser, secret, user) = (
                P256.KeyAgreement.PrivateKey(), [UInt8](repeating: 7, count: 16), UUID()
            )
            func subscribe(_ path: String) async throws {
                _ = try await rig.operations.subscribe(
                    SubscriptionRequest(
                        .push(
                            endpoint: server.address + path,
                            key: base64URLEncoded(browser.publicKey.x963Representation),
                            secret: base64URLEncoded(Data(secret)))), of: user, key: nil)
            }
            try await subscribe("/here")
            try await rig.request(of: user, title: "milk 🥛", channels: [.push], eventID: "e1")
            try await rig.round(rig.worker())
            let request = try #require(server.requests.first)
            let text = try await Receivers.run(
                "push", Receivers.hex(browser.rawRepresentation), Receivers.hex(secret),
                Receivers.hex(request.body))
            #expect(text.contains(#""title":"Reminder: milk 🥛""#) && text.contains(#""id":"e1""#))
            #expect(request.headers["content-encoding"] == "aes128gcm" && request.headers["ttl"] == "86400")
            #expect(request.headers["topic"]?.count == 32)
            let authorization = try #require(request.headers["authorization"])
            let parts = authorization.dropFirst("vapid ".count).split(separator: ", ").map {
                String($0.dropFirst(2))
            }
            #expect(authorization.hasPrefix("vapid t=") && parts.count == 2)
            let claims = try await Receivers.run("vapid", parts[0], parts[1])
            #expect(
                claims.contains(server.address.replacing("/", with: "\\/")) || claims.contains(server.address)
            )
            #expect(parts[1] == rig.operations.offered.pushKey)
            // What a push service does not know any more is forgotten.
            try await subscribe("/gone")
            try await rig.request(of: user, channels: [.push])
            try await rig.round(rig.worker())
            let places = try await SubscriptionStore.list(of: user, on: rig.database)
            #expect(places.map(\.destination) == [server.address + "/here"])
            server.stop()
            await rig.close()
        }

        @Test func `the longest texts still fit into one push`() throws {
            let browser = P256.KeyAgreement.PrivateKey()
            let encryption = try PushEncryption(
                key: Array(browser.publicKey.x963Representation), secret: [UInt8](repeating: 1, count: 16))
            let long = String(repeating: "\u{1}é\"", count: 8000)
            let text = try PushBody.fitting(message(values: ["title": long, "note": long]))
            #expect(text.count <= PushEncryption.longestText)
            #expect(try encryption.encrypt(text, salt: [UInt8](repeating: 2, count: 16)).count <= 4096)
            #expect(throws: PushEncryption.BadKeys.self) {
                _ = try PushEncryption(key: [UInt8](repeating: 4, count: 65), secret: [])
            }
        }

        private func message(values: [String: String]) -> OutgoingMessage {
            let place = Subscription(
                id: UUID(), userID: UUID(), channel: .push, destination: "", host: "", createdAt: Date())
            let item = OutgoingMessage.Item(
                id: UUID(), eventID: "e", notificationID: UUID(), template: "reminder", values: values,
                taskID: nil, reminderID: nil, createdAt: Date(), notBefore: Date(), expiresAt: nil,
                carrier: TraceCarrier())
            return OutgoingMessage(
                id: UUID(), key: "e", subscription: place, attempt: 1, createdAt: Date(), holder: UUID(),
                items: [item])
        }

        @Test func `a delivery is a span and some counts, and neither tells where it went or what it said`()
            async throws
        {
            let rig = try await NotificationsRig()
            let server = try TinyHTTPServer { _ in .text(503, "") }
            let user = UUID()
            _ = try await rig.webhook("\(server.address)/hook-canary", of: user)
            let (metrics, tracer) = (TestMetrics(), InMemoryTracer())
            try await withMetricsFactory(metrics) {
                try await withTracer(tracer) {
                    try await rig.request(of: user, title: "title-canary")
                    try await rig.round(rig.worker())
                }
            }
            let attempts = try metrics.expectCounter(
                "todo.notification.attempts",
                [("channel", "webhook"), ("outcome", "retry"), ("reason", "status")])
            #expect(attempts.totalValue == 1)
            _ = try metrics.expectCounter("todo.notification.requests", [("template", "reminder")])
            let spans = tracer.finishedSpans
            let deliver = try #require(spans.first { $0.operationName == "deliver webhook" })
            #expect(deliver.attributes.get("todo.notification.outcome") == .string("retry"))
            let call = try #require(spans.first { $0.operationName == "POST" })
            #expect(call.attributes.get("server.address") == .string("concealed"))
            #expect(call.attributes.get("http.response.status_code") == .int64(500))
            // The database is on the same machine, and may be named.
            let own = "\(deliver.attributes) \(call.attributes) \(deliver.links)"
            for word in ["canary", "127.0.0.1", String(server.port)] {
                #expect(!own.contains(word), "\(word)")
            }
            let all = "\(spans.map(\.attributes)) \(metrics.counters) \(metrics.timers)"
            #expect(!all.contains("canary") && !all.contains(":\(server.port)"))
            #expect(server.requests.first?.headers["traceparent"] == nil)
            server.stop()
            await rig.close()
        }
    }
}
