import CurlHTTP
import EventFlow
import Foundation
import Postgres
import TestSupport
import Testing
import TodoDomain

@testable import Notifications

extension NotificationsOnPostgres {
    struct DeliveryTests {
        /// What a receiver does, and what becomes of the delivery after one attempt.
        struct Case: Sendable, CustomTestStringConvertible {
            let name: String
            let reply: TinyHTTPServer.Reply
            let state: String
            var reason: String?
            /// Seconds until the next attempt.
            var wait: Double?
            var isRemoved = false
            var testDescription: String { name }
        }

        static let cases = [
            Case(name: "takes it", reply: .text(200, "ok"), state: "delivered"),
            Case(name: "500", reply: .text(500, ""), state: "waiting", reason: "status", wait: 5),
            Case(
                name: "404 of a webhook", reply: .text(404, ""), state: "waiting", reason: "status", wait: 5),
            Case(name: "410", reply: .text(410, ""), state: "failed", reason: "gone", isRemoved: true),
            Case(
                name: "429 with seconds", reply: .respond(429, headers: ["Retry-After": "120"]),
                state: "waiting", reason: "status", wait: 120),
            Case(
                name: "503 with a date",
                reply: .respond(503, headers: ["Retry-After": "Tue, 01 Dec 2026 12:10:00 GMT"]),
                state: "waiting", reason: "status", wait: 600),
            Case(
                name: "429 with less than our own pause", reply: .respond(429, headers: ["Retry-After": "1"]),
                state: "waiting", reason: "status", wait: 5),
            Case(
                name: "429 for longer than we try", reply: .respond(429, headers: ["Retry-After": "999999"]),
                state: "failed", reason: "status"),
            Case(name: "400", reply: .text(400, ""), state: "failed", reason: "rejected"),
            Case(name: "hangs", reply: .hang, state: "waiting", reason: "timeout", wait: 5),
            Case(name: "is slow", reply: .delay(milliseconds: 50, then: .text(204, "")), state: "delivered"),
            Case(name: "hangs up", reply: .close, state: "waiting", reason: "connection_lost", wait: 5),
            Case(
                name: "answers without end",
                reply: .streamed(200, next: { [UInt8](repeating: 97, count: 65_536) }), state: "delivered"),
            Case(
                name: "redirects in a circle", reply: .respond(307, headers: ["Location": "/again"]),
                state: "waiting", reason: "redirected", wait: 5),
        ]

        @Test(arguments: cases) func `a receiver that`(_ expected: Case) async throws {
            let rig = try await NotificationsRig()
            let server = try TinyHTTPServer { _ in expected.reply }
            let user = UUID()
            _ = try await rig.webhook(server.address, of: user)
            try await rig.request(of: user, channels: [.webhook])
            var limits = DeliveryLimits()
            limits.timeout = .milliseconds(300)
            #expect(try await rig.round(rig.worker(limits)) == 1)
            let delivery = try #require(try await rig.log(user).first)
            #expect(delivery.state == expected.state)
            #expect(delivery.reason == expected.reason)
            #expect(delivery.attempts == 1)
            if let wait = expected.wait {
                #expect(delivery.notBefore.timeIntervalSince(rig.clock.now) == wait)
            }
            let places = try await SubscriptionStore.list(of: user, on: rig.database)
            #expect(places.isEmpty == expected.isRemoved)
            let events = try await rig.events()
            #expect(
                events
                    == (expected.state == "waiting"
                        ? []
                        : [
                            expected.state == "delivered"
                                ? EventType.notificationDelivered : EventType.notificationFailed
                        ]))
            server.stop()
            await rig.close()
        }

        @Test func `a refused connection is tried again, with the same key, until the time is up`()
            async throws
        {
            let rig = try await NotificationsRig()
            let user = UUID()
            let port = try FreePorts.one()
            _ = try await rig.webhook("http://127.0.0.1:\(port)/", of: user)
            let id = try await rig.request(of: user, channels: [.webhook], eventID: "event-1")
            let worker = rig.worker()
            var waits: [Double] = []
            for _ in 0..<4 {
                #expect(try await rig.round(worker) == 1)
                let delivery = try #require(try await rig.log(user).first)
                #expect(delivery.reason == "connection_failed")
                waits.append(delivery.notBefore.timeIntervalSince(rig.clock.now))
                #expect(try await rig.round(worker) == 0)
                rig.clock.advance(waits.last ?? 0)
            }
            #expect(waits == [5, 10, 20, 40])
            let server = try TinyHTTPServer(port: UInt16(port)) { _ in .text(200, "") }
            #expect(try await rig.round(worker) == 1)
            #expect(server.requests.map { $0.headers["todo-message-id"] } == ["event-1"])
            #expect(server.requests.first?.headers["todo-attempt"] == "5")
            let delivery = try #require(try await rig.log(user).first)
            #expect(delivery.state == "delivered" && delivery.attempts == 5)
            #expect(delivery.notificationID == id)
            server.stop()
            try await rig.request(of: user, channels: [.webhook])
            var attempts = 0
            while try await rig.log(user).first?.state == "waiting", attempts < 100 {
                try await rig.round(worker)
                rig.clock.advance(3600)
                attempts += 1
            }
            let dead = try #require(try await rig.log(user).first)
            #expect(dead.state == "failed" && dead.reason == "connection_failed")
            #expect((20...26).contains(dead.attempts), "\(dead.attempts)")
            await rig.close()
        }

        @Test func `who hangs keeps a few places and nobody else waits`() async throws {
            let rig = try await NotificationsRig()
            let (slow, quick) = (
                try TinyHTTPServer { _ in .hang }, try TinyHTTPServer { _ in .text(200, "") }
            )
            let (victim, other) = (UUID(), UUID())
            _ = try await rig.webhook(slow.address, of: victim)
            // By another name, because a host is what its name says.
            _ = try await rig.webhook("http://localhost:\(quick.port)/", of: other)
            // One at a time, so that they are not gathered.
            var limits = DeliveryLimits()
            limits.perDestination = 2
            limits.timeout = .seconds(60)
            let worker = rig.worker(limits)
            for _ in 0..<3 { try await rig.request(of: victim, channels: [.webhook]) }
            let first = try await worker.claim()
            #expect(first.count == 2)
            let hanging = Task {
                await withTaskGroup(of: Void.self) { group in
                    for message in first { group.addTask { await worker.deliver(message) } }
                }
            }
            _ = await slow.waitForRequests(2)
            for _ in 0..<3 { try await rig.request(of: other, channels: [.webhook]) }
            for _ in 0..<2 { try await rig.round(worker) }
            #expect(try await rig.log(other).allSatisfy { $0.state == "delivered" })
            #expect(quick.requests.count == 3 && slow.requests.count == 2)
            slow.stop()
            await hanging.value
            #expect(try await rig.log(victim).allSatisfy { $0.state == "waiting" })
            quick.stop()
            await rig.close()
        }

        @Test func `who names many servers keeps a few places and nobody else waits`() async throws {
            let rig = try await NotificationsRig()
            let (hoarder, other) = (UUID(), UUID())
            // Ports are one server; names are many.
            for port in 1...3 {
                #expect(try await rig.webhook("http://x.example:\(port)/", of: hoarder).host == "x.example")
            }
            for number in 0..<12 { _ = try await rig.webhook("http://h\(number).example/", of: hoarder) }
            for path in ["a", "b", "c"] { _ = try await rig.webhook("http://o.example/\(path)", of: other) }
            try await rig.request(of: hoarder, channels: [.webhook])
            rig.clock.advance(1)
            try await rig.request(of: other, channels: [.webhook])
            var limits = DeliveryLimits()
            limits.concurrency = 12
            let worker = rig.worker(limits)
            let claimed = try await worker.claim()
            #expect(claimed.filter { $0.subscription.userID == hoarder }.count == limits.perUser)
            #expect(claimed.filter { $0.subscription.userID == other }.count == 3)
            // One place is free, and what is under way counts.
            #expect(try await worker.claim().isEmpty)
            await rig.close()
        }

        @Test func `a server that many share takes from each of them in turn`() async throws {
            let rig = try await NotificationsRig()
            let (many, one) = (UUID(), UUID())
            for number in 0..<10 { _ = try await rig.webhook("http://x.example/\(number)", of: many) }
            _ = try await rig.webhook("http://x.example/", of: one)
            try await rig.request(of: many, channels: [.webhook])
            rig.clock.advance(1)
            try await rig.request(of: one, channels: [.webhook])
            let claimed = try await rig.worker().claim()
            #expect(claimed.count == DeliveryLimits().perDestination)
            #expect(claimed.contains { $0.subscription.userID == one })
            await rig.close()
        }

        @Test func `replicas share the work and nothing is sent twice`() async throws {
            let rig = try await NotificationsRig()
            let server = try TinyHTTPServer { _ in .text(200, "") }
            let users = (0..<30).map { _ in UUID() }
            for user in users {
                _ = try await rig.webhook("\(server.address)/\(user)", of: user)
                for _ in 0..<3 { try await rig.request(of: user, channels: [.webhook]) }
            }
            let replicas = (0..<3).map { _ in rig.worker() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for replica in replicas {
                    group.addTask {
                        var idle = 0
                        while idle < 3 { idle = try await rig.round(replica) == 0 ? idle + 1 : 0 }
                    }
                }
                try await group.waitForAll()
            }
            let keys = server.requests.compactMap { $0.headers["todo-message-id"] }
            #expect(keys.count == 90 && Set(keys).count == 90)
            #expect(try await rig.events().count == 90)
            server.stop()
            await rig.close()
        }

        @Test func `much that is due at once comes as one message, and again as the same one`() async throws {
            let rig = try await NotificationsRig()
            let server = try TinyHTTPServer { request in
                .text(request.headers["todo-attempt"] == "1" ? 500 : 200, "")
            }
            let user = UUID()
            _ = try await rig.webhook(server.address, of: user)
            for number in 0..<120 {
                try await rig.request(of: user, channels: [.webhook], eventID: "event-\(number)")
            }
            let worker = rig.worker()
            #expect(try await rig.round(worker) == 3)
            try await rig.request(of: user, channels: [.webhook], eventID: "late")
            rig.clock.advance(5)
            #expect(try await rig.round(worker) == 4)
            let bodies = try server.requests.map { request in
                let body = try #require(
                    try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
                let items = try #require(body["items"] as? [[String: Any]])
                return (
                    key: try #require(body["id"] as? String), ids: items.compactMap { $0["id"] as? String }
                )
            }
            #expect(bodies.prefix(3).map(\.ids.count).sorted() == [20, 50, 50])
            for body in bodies.prefix(3) {
                #expect(bodies.dropFirst(3).first { $0.key == body.key }?.ids == body.ids)
            }
            server.stop()
            await rig.close()
        }

        @Test func `a claim of a process that died comes back, with the same key`() async throws {
            let rig = try await NotificationsRig()
            let server = try TinyHTTPServer { _ in .text(200, "") }
            let user = UUID()
            _ = try await rig.webhook(server.address, of: user)
            try await rig.request(of: user, channels: [.webhook], eventID: "once")
            let (dead, living) = (rig.worker(), rig.worker())
            let lost = try #require(try await dead.claim().first)
            #expect(try await rig.round(living) == 0)
            rig.clock.advance(DeliveryLimits().lease - 1)
            await dead.renewClaims()
            rig.clock.advance(DeliveryLimits().lease - 1)
            #expect(try await rig.round(living) == 0)
            rig.clock.advance(2)
            #expect(try await rig.round(living) == 1)
            // It was not dead, only slow: what it says now counts no more.
            await dead.deliver(lost)
            #expect(server.requests.map { $0.headers["todo-message-id"] } == ["once", "once"])
            #expect(try await rig.events().count == 1)
            server.stop()
            await rig.close()
        }
    }
}
