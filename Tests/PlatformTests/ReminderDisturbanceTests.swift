import CurlHTTP
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

extension WholePlatform {
    /// Many reminders at once, while processes die, and without jobs.
    struct ReminderDisturbanceTests {
        /// What came in at the receiver, and when.
        private final class Receiver: Sendable {
            struct Arrival { var count = 0, first = Date.distantFuture, reminder = "" }
            private let arrivals = Mutex<[String: Arrival]>([:])

            func take(_ body: [UInt8]) {
                let now = Date()
                let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
                arrivals.withLock { arrivals in
                    // A message that comes again under its key repeats its items; the receiver knows them by their ids.
                    for item in object?["items"] as? [[String: Any]] ?? [] {
                        let id = item["notificationID"] as? String ?? ""
                        var arrival = arrivals[id] ?? Arrival()
                        arrival.count += 1
                        arrival.first = min(arrival.first, now)
                        arrival.reminder = item["reminderID"] as? String ?? ""
                        arrivals[id] = arrival
                    }
                }
            }

            var byReminder: [String: [Arrival]] {
                arrivals.withLock { Dictionary(grouping: $0.values, by: \.reminder) }
            }
        }

        /// Makes tasks with a reminder each, due in turn within ten seconds; due time by reminder.
        private func make(_ count: Int, by users: [PlatformUser], from start: Date) async throws -> [String:
            Date]
        {
            var due: [String: Date] = [:]
            let format = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
            let share = count / users.count
            for (number, user) in users.enumerated() {
                for first in stride(from: 0, to: share, by: 100) {
                    let items = (first..<min(first + 100, share)).map { index in
                        let at = start.addingTimeInterval(Double((number * share + index) % 10))
                        return [
                            "op": "create",
                            "task": [
                                "title": "\(index)", "reminders": [["at": at.formatted(format)]],
                            ] as [String: Any],
                        ] as [String: Any]
                    }
                    let answer = try await user.call("POST", "/api/v1/tasks/bulk", json: ["items": items])
                    #expect(answer.status == 200)
                    for item in try answer.object()["items"] as? [[String: Any]] ?? [] {
                        let task = item["task"] as? [String: Any]
                        let reminder = (task?["reminders"] as? [[String: Any]])?.first
                        let id = try #require(reminder?["id"] as? String)
                        let at = try #require(reminder?["at"] as? String)
                        due[id] = Self.date(at)
                    }
                }
            }
            return due
        }

        private static func date(_ local: String) -> Date? {
            let text = local.utf8.count == 16 ? "\(local):00Z" : "\(local)Z"
            return try? Date.ISO8601FormatStyle().parse(text)
        }

        private func kill(_ roles: [String], of platform: RunningPlatform) async throws {
            let processes = try await platform.processes()
            for role in roles {
                let pid = try #require(processes.first { $0.role == role }?.pid)
                #expect(Glibc.kill(pid, SIGKILL) == 0)
            }
        }

        /// `TODO_REMINDERS_TEST_COUNT` asks for more than the 300 that every run has.
        @Test func `hundreds due within ten seconds fire once each, while every service is killed once`()
            async throws
        {
            let count =
                ProcessInfo.processInfo.environment["TODO_REMINDERS_TEST_COUNT"].flatMap(Int.init) ?? 300
            let receiver = Receiver()
            let server = try TinyHTTPServer { request in
                receiver.take(request.body)
                return .text(200, "")
            }
            defer { server.stop() }
            let platform = try await RunningPlatform()
            var users: [PlatformUser] = []
            for _ in 0..<10 {
                let user = try await PlatformUser.signUp(on: platform)
                let made = try await user.call(
                    "POST", "/api/v1/notifications/subscriptions",
                    json: ["channel": "webhook", "url": server.address])
                #expect(made.status == 201)
                users.append(user)
            }
            let start = Date(timeIntervalSinceNow: 8 + Double(count) / 50)
            let due = try await make(count, by: users, from: start)
            #expect(due.count == count)
            // Events are on their way, jobs are being planned.
            try await kill(["tasks", "notifications", "gateway", "audit"], of: platform)
            #expect(try await holds(within: .seconds(120)) { !receiver.byReminder.isEmpty })
            try await kill(["sidecar", "reminders"], of: platform)
            let isWhole = try await holds(within: .seconds(240)) { receiver.byReminder.count == count }
            let seen = receiver.byReminder
            #expect(isWhole, "\(seen.count) of \(count)")
            #expect(Set(seen.keys) == Set(due.keys))
            #expect(seen.values.allSatisfy { $0.count == 1 && $0[0].count == 1 })
            let late = seen.compactMap { id, arrivals in
                due[id].flatMap { due in arrivals.first.map { $0.first.timeIntervalSince(due) } }
            }.sorted()
            #expect(late.allSatisfy { $0 >= 0 }, "early by \(late.first ?? 0)")
            print(
                "reminders: \(count), lateness at the receiver: median \(late[late.count / 2]) s,",
                "p99 \(late[late.count * 99 / 100]) s, worst \(late.last ?? 0) s")
            // One record of each delivery.
            var delivered = 0
            for user in users {
                let list = try await user.call(
                    "GET", "/api/v1/notifications/deliveries?channel=webhook&limit=100")
                delivered += (try list.object()["items"] as? [[String: Any]] ?? []).count
            }
            #expect(delivered == min(count, 1000))
            try await platform.stop()
        }

        @Test func `with jobs switched off reminders are found by polling`() async throws {
            let server = try TinyHTTPServer { _ in .text(200, "") }
            defer { server.stop() }
            let platform = try await RunningPlatform(
                environment: ["TODO_REMINDERS_JOBS": "false", "TODO_REMINDERS_POLL": "3000"])
            let user = try await PlatformUser.signUp(on: platform)
            _ = try await user.call(
                "POST", "/api/v1/notifications/subscriptions",
                json: ["channel": "webhook", "url": server.address])
            let due = try await make(5, by: [user], from: Date(timeIntervalSinceNow: 1))
            #expect(
                try await holds(within: .seconds(60)) {
                    await platform.metric("todo_reminder_lateness_seconds_count", slot: 3) == 5
                })
            let items = { (request: TinyHTTPServer.Request) -> Int in
                let body = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
                return (body?["items"] as? [[String: Any]])?.count ?? 0
            }
            #expect(
                try await holds(within: .seconds(60)) {
                    server.requests.map(items).reduce(0, +) == due.count
                })
            try await platform.stop()
        }
    }
}
