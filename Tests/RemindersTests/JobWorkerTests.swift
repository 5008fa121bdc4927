import CurlHTTP
import Dapr
import EventFlow
import Foundation
import Logging
import Postgres
import ServiceKit
import Synchronization
import TestSupport
import Testing
import TodoDomain

@testable import Reminders

extension RemindersOnPostgres {
    /// What the sidecar is told, and what its calls do.
    struct JobWorkerTests {
        /// A sidecar that remembers what it was asked, and refuses while it is told to.
        private final class Sidecar: Sendable {
            let server: TinyHTTPServer
            let http = HTTPClient()

            init() throws {
                let switchboard = Switch()
                server = try TinyHTTPServer { _ in
                    switchboard.isOn
                        ? .json(500, #"{"errorCode":"DAPR_SCHEDULER_SCHEDULE_JOB"}"#) : .text(204, "")
                }
                self.switchboard = switchboard
            }

            let switchboard: Switch

            final class Switch: Sendable {
                private let state = Mutex(false)
                var isOn: Bool { state.withLock { $0 } }
                func set(_ isOn: Bool) { state.withLock { $0 = isOn } }
            }

            var calls: [String] {
                server.requests.map { "\($0.method) \($0.path.split(separator: "/").last ?? "")" }
            }
        }

        private func worker(_ rig: RemindersRig, _ sidecar: Sidecar) -> JobWorker {
            JobWorker(
                operations: rig.operations,
                jobs: DaprClient(
                    DaprConfiguration(port: sidecar.server.port, apiToken: nil, pubsubName: "pubsub"),
                    http: sidecar.http),
                concurrency: 2, listening: rig.database.configuration, logger: Logger(label: "test"))
        }

        @Test func `each change of a reminder is one call: planned, overwritten, deleted`() async throws {
            let rig = try await RemindersRig()
            let sidecar = try Sidecar()
            let worker = worker(rig, sidecar)
            var task = try await rig.given(#"{"title":"a","reminders":[{"at":"2026-11-23T10:00"}]}"#)
            let name = "reminder%3A\(task.reminders[0].id.uuidString.lowercased())"
            #expect(try await worker.round() == 1)
            #expect(try await worker.round() == 0)
            #expect(sidecar.calls == ["POST \(name)"])
            #expect(sidecar.server.requests[0].bodyText.contains(#""dueTime":"2026-11-23T10:00:00.000Z""#))
            #expect(sidecar.server.requests[0].bodyText.contains(#""overwrite":true"#))
            // A new title concerns nobody here; another time does.
            try await rig.perform(try rig.patch(#"{"title":"b"}"#), on: &task)
            #expect(try await worker.round() == 0)
            let id = task.reminders[0].id.uuidString
            try await rig.perform(
                try rig.patch(#"{"reminders":[{"id":"\#(id)","at":"2026-11-23T11:00"}]}"#), on: &task)
            #expect(try await worker.round() == 1)
            try await rig.perform(.complete, on: &task)
            #expect(try await worker.round() == 1)
            #expect(try await worker.round() == 0)
            #expect(sidecar.calls == ["POST \(name)", "POST \(name)", "DELETE \(name)"])
            await sidecar.http.close()
            await rig.close()
        }

        @Test func `a sidecar that refuses is asked again, and the search needs none`() async throws {
            let rig = try await RemindersRig()
            let sidecar = try Sidecar()
            let worker = worker(rig, sidecar)
            sidecar.switchboard.set(true)
            let task = try await rig.given(#"{"title":"a","reminders":[{"at":"2026-11-23T10:00"}]}"#)
            #expect(try await worker.round() == 1)
            #expect(try await worker.round() == 0)
            sidecar.switchboard.set(false)
            rig.clock.advance(2)
            #expect(try await worker.round() == 1)
            rig.clock.advance(100)
            #expect(try await worker.round() == 0)
            #expect(try await JobStore.pending(on: rig.database) == 0)
            #expect(try await rig.fired(at: "2026-11-23T10:00:00Z") == 1)
            #expect(try await rig.states(task) == ["fired"])
            await sidecar.http.close()
            await rig.close()
        }

        @Test func `job and search together fire once; a job that is stale fires nothing`() async throws {
            let rig = try await RemindersRig()
            let task = try await rig.given(
                #"{"title":"a","reminders":[{"at":"2026-11-23T10:00"},{"at":"2026-11-23T12:00"}]}"#)
            rig.clock.set("2026-11-23T10:00:00Z")
            let names = task.reminders.map { ReminderJob.name(of: $0.id) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask { try await rig.operations.fire(byJob: names[0]) }
                    group.addTask { try await rig.sweep.round() }
                }
                try await group.waitForAll()
            }
            #expect(try await rig.requests().count == 1)
            try await rig.operations.fire(byJob: names[1])
            try await rig.operations.fire(byJob: ReminderJob.name(of: UUID()))
            #expect(try await rig.requests().count == 1)
            await #expect(throws: JobRejected.self) { try await rig.operations.fire(byJob: "reminder:x") }
            let request = try #require(try await rig.requests().first)
            #expect(request.values["title"] == "a")
            // Of use until the latest digest, after the longest quiet time.
            #expect(request.expiresAt == rig.clock.now.addingTimeInterval(50 * 3600))
            #expect(
                request.notificationID.uuid
                    == ReminderIdentity.notification(of: task.reminders[0].id, dueAt: rig.clock.now))
            await rig.close()
        }

        @Test func `what is due while its task is unknown waits a little, then fires without a title`()
            async throws
        {
            let rig = try await RemindersRig()
            let task = try rig.task(#"{"title":"a","reminders":[{"at":"2026-11-23T10:00"}]}"#)
            try await rig.hear(task, ofTask: false)
            #expect(try await rig.fired(at: "2026-11-23T10:00:05Z") == 0)
            await #expect(throws: ReminderHeld.self) {
                try await rig.operations.fire(byJob: ReminderJob.name(of: task.reminders[0].id))
            }
            #expect(try await rig.fired(at: "2026-11-23T10:00:11Z") == 1)
            let values = try await rig.requests().map(\.values)
            #expect(values == [[:]])
            await rig.close()
        }

        @Test func `a user who goes leaves nothing, and what comes late finds nobody`() async throws {
            let rig = try await RemindersRig()
            let sidecar = try Sidecar()
            let worker = worker(rig, sidecar)
            _ = try await rig.given(#"{"title":"a","reminders":[{"at":"2026-11-23T10:00"}]}"#)
            try await worker.round()
            _ = try await rig.given(#"{"title":"b","reminders":[{"before":"P1D"}]}"#)
            let (operations, user) = (rig.operations, rig.user)
            try await rig.database.transaction { try await operations.forget(user, in: $0) }
            try await worker.round()
            _ = try await rig.given(#"{"title":"c","reminders":[{"at":"2026-11-23T10:00"}]}"#)
            try await rig.settings(zone: "Europe/Berlin", sequence: 9)
            let left = try await rig.database.query(
                """
                SELECT (SELECT count(*) FROM reminders.reminder) + (SELECT count(*) FROM reminders.task)
                """)
            let count: Int = try #require(left.first).value(at: 0)
            #expect(count == 0)
            #expect(sidecar.calls.map { $0.prefix(4) } == ["POST", "DELE"])
            await sidecar.http.close()
            await rig.close()
        }
    }
}
