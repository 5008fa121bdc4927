import EventFlow
import Foundation
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Notifications

extension NotificationsOnPostgres {
    struct PlanningTests {
        @Test func `one request makes a delivery for each place and tells open pages at once`() async throws {
            let rig = try await NotificationsRig()
            let user = UUID()
            _ = try await rig.webhook("http://127.0.0.1:1/one", of: user)
            _ = try await rig.webhook("http://127.0.0.1:1/two", of: user)
            _ = try await rig.webhook("http://127.0.0.1:1/other", of: UUID())
            let id = try await rig.request(of: user)
            #expect(try await rig.log(user).map(\.channel).sorted() == ["page", "webhook", "webhook"])
            #expect(try await rig.events() == [EventType.notificationDelivered])
            // A second event of the same notification changes nothing.
            try await rig.request(of: user, id: id)
            #expect(try await rig.log(user).count == 3)
            #expect(try await rig.events().count == 1)
            await rig.close()
        }

        @Test func `a channel that was asked for and has no place fails and says so`() async throws {
            let rig = try await NotificationsRig()
            let user = UUID()
            try await rig.request(of: user, channels: [.email, .page])
            let log = try await rig.log(user)
            #expect(log.first { $0.channel == "email" }?.reason == "no_address")
            #expect(
                try await rig.events().sorted() == [
                    EventType.notificationDelivered, EventType.notificationFailed,
                ])
            await rig.close()
        }

        @Test func `preferences, quiet hours and expiry decide where and when`() async throws {
            let rig = try await NotificationsRig()
            let user = UUID()
            _ = try await rig.webhook("http://127.0.0.1:1/", of: user)
            let patch = try WireJSON.decode(
                PreferencesPatch.self,
                from: Array(#"{"page":{"enabled":false},"webhook":{"quietHours":true}}"#.utf8))
            let changed = try #require(try await PersonStore.change(user, by: patch, on: rig.database))
            #expect(!changed.page.enabled && changed.webhook.quietHours && changed.webhook.enabled)
            // The clock stands at noon in UTC.
            let settings = UserSettings(
                timeZone: "Asia/Tokyo", weekStart: .monday, defaultReminderTime: "09:00",
                quietHours: .init(from: "20:00", to: "07:00"))
            try await rig.database.transaction { transaction in
                try await PersonStore.keep(settings, of: user, sequence: 2, in: transaction)
            }
            try await rig.request(of: user)
            let delivery = try #require(try await rig.log(user).first)
            #expect(delivery.channel == "webhook")
            #expect(delivery.notBefore.timeIntervalSince(rig.clock.now) == 10 * 3600)
            #expect(try await rig.round(rig.worker()) == 0)
            try await rig.request(of: user, expiresAt: rig.clock.now.addingTimeInterval(3600))
            #expect(try await rig.log(user).first?.reason == "expired")
            await rig.close()
        }

        @Test func `older settings do not undo newer ones and a deleted user leaves nothing`() async throws {
            let rig = try await NotificationsRig()
            let user = UUID()
            func keep(_ zone: String, _ sequence: Int64) async throws {
                let settings = UserSettings(
                    timeZone: zone, weekStart: .monday, defaultReminderTime: "09:00")
                try await rig.database.transaction { transaction in
                    try await PersonStore.keep(settings, of: user, sequence: sequence, in: transaction)
                }
            }
            try await keep("Europe/Paris", 5)
            try await keep("Asia/Tokyo", 4)
            #expect(try await PersonStore.person(user, on: rig.database).timeZone == "Europe/Paris")
            _ = try await rig.webhook("http://127.0.0.1:1/", of: user)
            try await rig.request(of: user)
            try await rig.database.transaction { try await PersonStore.forget(user, in: $0) }
            for table in ["subscription", "delivery", "message"] {
                let rows = try await rig.database.query(
                    "SELECT 1 FROM notifications.\(identifier: table) WHERE user_id = \(user)")
                #expect(rows.isEmpty, "\(table)")
            }
            // A mark is left, by which what comes late finds nobody.
            try await keep("Asia/Tokyo", 9)
            try await rig.request(of: user)
            #expect(try await rig.log(user).isEmpty)
            #expect(try await PersonStore.person(user, on: rig.database).timeZone == "UTC")
            let nothing = try WireJSON.decode(PreferencesPatch.self, from: Array("{}".utf8))
            #expect(try await PersonStore.change(user, by: nothing, on: rig.database) == nil)
            await #expect(throws: Problem.self) {
                _ = try await rig.webhook("http://127.0.0.1:1/", of: user)
            }
            await #expect(throws: Problem.self) {
                _ = try await rig.operations.test(nil, of: user, key: nil)
            }
            await rig.close()
        }

        @Test func `a reminder reaches who has a digest in the morning and quiet hours over it`() async throws
        {
            let rig = try await NotificationsRig()
            let user = UUID()
            _ = try await rig.webhook("http://127.0.0.1:1/", of: user)
            let patch = try WireJSON.decode(
                PreferencesPatch.self,
                from: Array(#"{"webhook":{"digest":true,"quietHours":true},"digestAt":"11:00"}"#.utf8))
            _ = try await PersonStore.change(user, by: patch, on: rig.database)
            let settings = UserSettings(
                timeZone: "UTC", weekStart: .monday, defaultReminderTime: "09:00",
                quietHours: .init(from: "22:00", to: "13:00"))
            try await rig.database.transaction { transaction in
                try await PersonStore.keep(settings, of: user, sequence: 2, in: transaction)
            }
            // The clock stands at noon: the next digest is in 23 hours, and the quiet after it ends two later.
            try await rig.request(
                of: user, channels: [.webhook], expiresAt: rig.clock.now.addingTimeInterval(50 * 3600))
            let delivery = try #require(try await rig.log(user).first)
            #expect(delivery.state == "waiting")
            #expect(delivery.notBefore.timeIntervalSince(rig.clock.now) == 25 * 3600)
            await rig.close()
        }
    }
}
