import CurlHTTP
import EventFlow
import Foundation
import HTTPTypes
import Logging
import Postgres
import ServiceKit
import Synchronization
import TestSupport
import Testing
import TodoDomain

@testable import Notifications

extension NotificationsOnPostgres {
    struct SubscriptionTests {
        /// Says across tasks that something has happened.
        private final class Flag: Sendable {
            private let state = Mutex(false)
            var isUp: Bool { state.withLock { $0 } }
            func raise() { state.withLock { $0 = true } }
        }

        @Test(arguments: [
            "http://example.org/hook", "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/",
            "https://169.254.169.254/latest/meta-data", "https://localhost:8443/", "https://db.internal/",
            "https://user:secret@example.org/", "https://[::ffff:127.0.0.1]/", "ftp://example.org/",
            "https://example.org/\r\nX: y", "", "https://[fe80::1]/", "https://printer.local/",
        ])
        func `an address within is refused when it is written down`(url: String) {
            let request = SubscriptionRequest(.webhook(url: url))
            #expect(throws: ValidationError.self) { _ = try request.checked(allowsPrivate: false) }
        }

        @Test func `a name that leads within is refused when it is called, and after a redirection`()
            async throws
        {
            let inner = try TinyHTTPServer { _ in .text(200, "secret") }
            // A name for loopback that looks like any other stands for DNS that was turned against us.
            var configuration = HTTPClientConfiguration()
            configuration.permitsAddress = { $0.isPublic }
            let http = HTTPClient(configuration: configuration)
            let client = GuardedClient(http: http, allowsPlain: true)
            for url in ["http://localhost:\(inner.port)/", "http://127.1:\(inner.port)/", inner.address] {
                let outcome = await client.post(
                    url, headers: [:], body: [], timeout: .seconds(5), isPush: false, now: Date())
                #expect(outcome == .refused(reason: "address_refused"), "\(url)")
            }
            #expect(inner.connectionCount == 0)
            await http.close()

            // The first hop is allowed, the second is not.
            let outer = try TinyHTTPServer { _ in
                .respond(307, headers: ["Location": "http://[::1]:\(inner.port)/"])
            }
            configuration.permitsAddress = { $0.bytes.count == 4 }
            let other = HTTPClient(configuration: configuration)
            let outcome = await GuardedClient(http: other, allowsPlain: true).post(
                outer.address, headers: [:], body: [1], timeout: .seconds(5), isPush: false, now: Date())
            #expect(outcome == .refused(reason: "address_refused"))
            #expect(outer.requests.count == 1)
            await other.close()
            outer.stop()
            inner.stop()
        }

        @Test func `redirections lead where RFC 3986 says, never from TLS to none`() {
            let from = "https://a.example:8443/x?y"
            #expect(Redirection.target("/z", from: from) == "https://a.example:8443/z")
            #expect(Redirection.target("//b.example/z", from: from) == "https://b.example/z")
            #expect(Redirection.target("https://b.example/", from: from) == "https://b.example/")
            for bad in [nil, "", "http://b.example/", "ftp://b.example/", "z"] {
                #expect(Redirection.target(bad, from: from) == nil, "\(bad ?? "nil")")
            }
        }

        @Test func `a secret is shown once, to the request that made it and its repetition`() async throws {
            let rig = try await NotificationsRig()
            let user = UUID()
            let request = SubscriptionRequest(.webhook(url: "http://127.0.0.1:9/"))
            let made = try await rig.operations.subscribe(request, of: user, key: "key")
            let again = try await rig.operations.subscribe(request, of: user, key: "key")
            #expect(made.secret?.hasPrefix("whsec_") == true && again.secret == made.secret)
            await #expect(throws: Problem.self) {
                _ = try await rig.operations.subscribe(request, of: user, key: "another")
            }
            let answer = try WireJSON.encode(SubscriptionAnswer(made))
            #expect(!String(decoding: answer, as: UTF8.self).contains("whsec_"))
            await rig.close()
        }

        @Test func `a key belongs to one request, and its repetition waits for it`() async throws {
            let rig = try await NotificationsRig()
            let user = UUID()
            let request = SubscriptionRequest(.webhook(url: "http://127.0.0.1:9/"))
            let made = try await withThrowingTaskGroup(of: UUID.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await rig.operations.subscribe(request, of: user, key: "key").id
                    }
                }
                return try await group.reduce(into: Set<UUID>()) { $0.insert($1) }
            }
            #expect(made.count == 1)
            let other = SubscriptionRequest(.webhook(url: "http://127.0.0.1:9/other"))
            let refusal = await #expect(throws: Problem.self) {
                _ = try await rig.operations.subscribe(other, of: user, key: "key")
            }
            #expect(refusal?.status == .unprocessableContent)
            await rig.close()
        }

        @Test func `places are counted one after another, however many are made at once`() async throws {
            let rig = try await NotificationsRig()
            let user = UUID()
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<NotificationOperations.mostSubscriptions + 6 {
                    group.addTask { _ = try? await rig.webhook("http://127.0.0.1:9/\(number)", of: user) }
                }
            }
            let places = try await SubscriptionStore.list(of: user, on: rig.database)
            #expect(places.count == NotificationOperations.mostSubscriptions)
            await rig.close()
        }

        @Test func `what waits for a place that is paused ends, gathered or not`() async throws {
            let rig = try await NotificationsRig()
            let user = UUID()
            let place = try await rig.webhook("http://127.0.0.1:9/", of: user)
            try await rig.request(of: user, channels: [.webhook])
            let worker = rig.worker()
            #expect(try await worker.claim().count == 1)
            try await rig.request(of: user, channels: [.webhook])
            _ = try await rig.operations.enable(place.id, false, of: user)
            #expect(try await rig.log(user).map(\.reason) == ["no_address", "no_address"])
            #expect(try await rig.events().count == 2)
            // Nothing comes to life when the place is taken up again.
            _ = try await rig.operations.enable(place.id, true, of: user)
            #expect(try await DeliveryStore.backlog(at: rig.clock.now, on: rig.database).pending == 0)
            await rig.close()
        }

        @Test func `what is planned while a place is removed ends with it`() async throws {
            let rig = try await NotificationsRig()
            let user = UUID()
            let place = try await rig.webhook("http://127.0.0.1:9/", of: user)
            let request = NotificationRequested(
                notificationID: EntityID(UUID()), template: .reminder, channels: [.webhook], values: [:])
            let (signals, signal) = AsyncStream<Void>.makeStream()
            let isRemoved = Flag()
            let removal = Task {
                for await _ in signals {}
                defer { isRemoved.raise() }
                try await rig.operations.unsubscribe(place.id, of: user)
            }
            try await rig.database.transaction { transaction in
                try await rig.operations.plan(request, of: user, eventID: "1", in: transaction)
                signal.finish()
                // It has to wait for us.
                let deadline = ContinuousClock.now + .seconds(60)
                while !isRemoved.isUp, ContinuousClock.now < deadline {
                    let waiting = try await rig.database.query(
                        """
                        SELECT 1 FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock'
                        """)
                    if !waiting.isEmpty { break }
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            try await removal.value
            #expect(try await rig.log(user).map(\.reason) == ["no_address"])
            await rig.close()
        }

        @Test func `a delivery whose place is gone without a word is settled by the upkeep`() async throws {
            let rig = try await NotificationsRig()
            let user = UUID()
            let place = try await rig.webhook("http://127.0.0.1:9/", of: user)
            _ = try await rig.webhook("http://127.0.0.1:9/other", of: user)
            try await rig.request(of: user, channels: [.webhook])
            try await rig.database.execute(
                "DELETE FROM notifications.subscription WHERE id = \(place.id)")
            let upkeep = LogPruning(operations: rig.operations, days: 30, logger: Logger(label: "test"))
            try await upkeep.settleOrphans()
            try await upkeep.settleOrphans()
            let log = try await rig.log(user)
            #expect(log.first { $0.subscriptionID == place.id }?.reason == "no_address")
            #expect(log.filter { $0.state == "waiting" }.count == 1)
            #expect(try await rig.events() == [EventType.notificationFailed])
            await rig.close()
        }

        @Test func `there are no more places than allowed and others cannot touch them`() async throws {
            let rig = try await NotificationsRig()
            let user = UUID()
            var last: Subscription?
            for number in 0..<NotificationOperations.mostSubscriptions {
                last = try await rig.webhook("http://127.0.0.1:9/\(number)", of: user)
            }
            await #expect(throws: Problem.self) {
                _ = try await rig.webhook("http://127.0.0.1:9/more", of: user)
            }
            let id = try #require(last?.id)
            await #expect(throws: Problem.self) { try await rig.operations.unsubscribe(id, of: UUID()) }
            // Removing a place ends what waits for it.
            try await rig.request(of: user, channels: [.webhook])
            try await rig.operations.unsubscribe(id, of: user)
            let ended = try await rig.log(user).filter { $0.subscriptionID == id }
            #expect(ended.map(\.reason) == ["no_address"])
            #expect(try await rig.events() == [EventType.notificationFailed])
            await rig.close()
        }

        @Test func `a test goes everywhere at once, however often the call is repeated`() async throws {
            let rig = try await NotificationsRig()
            let server = try TinyHTTPServer { _ in .text(200, "") }
            let user = UUID()
            let place = try await rig.webhook(server.address, of: user)
            let key = UUID().lowercased
            let id = try await rig.operations.test(nil, of: user, key: key)
            #expect(try await rig.operations.test(nil, of: user, key: key) == id)
            try await rig.round(rig.worker())
            #expect(server.requests.count == 1)
            #expect(try await rig.log(user).map(\.state) == ["delivered", "delivered"])
            // Open pages are told by the event of a request, which makes no second plan.
            #expect(try await rig.events().count { $0 == EventType.notificationRequested } == 1)
            try await rig.database.transaction { transaction in
                let request = NotificationRequested(
                    notificationID: EntityID(id), template: .test, channels: [.page], values: [:])
                try await rig.operations.plan(request, of: user, eventID: "e", in: transaction)
            }
            #expect(try await rig.log(user).count == 2)
            _ = try await rig.operations.enable(place.id, false, of: user)
            await #expect(throws: Problem.self) {
                _ = try await rig.operations.test(place.id, of: user, key: nil)
            }
            server.stop()
            await rig.close()
        }

        @Test func `a patch of preferences says what is wrong with it`() {
            for text in [
                #"{"pager":{}}"#, #"{"email":{"loud":true}}"#, #"{"digestAt":"25:00"}"#,
                #"{"email":{"enabled":1}}"#, #"{"email":[]}"#,
            ] {
                #expect(throws: (any Error).self, "\(text)") {
                    _ = try WireJSON.decode(PreferencesPatch.self, from: Array(text.utf8))
                }
            }
        }
    }
}
