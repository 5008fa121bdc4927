import Foundation
import Logging
import Postgres
import Testing
import TodoDomain

@testable import Reminders

extension RemindersOnPostgres {
    /// What zones and clocks do to reminders.
    struct ZoneCaseTests {
        @Test func `another zone moves what is said wherever the owner is, and nothing else`() async throws {
            let rig = try await RemindersRig(at: "2026-11-20T00:00:00Z")
            try await rig.settings(zone: "Europe/Berlin", sequence: 1)
            let floating = try await rig.given(
                #"{"title":"f","due":{"kind":"floating","local":"2026-11-23T09:00"},"reminders":[{"before":"PT1H"}]}"#
            )
            let zoned = try await rig.given(
                #"{"title":"z","due":{"kind":"zoned","local":"2026-11-23T09:00","tz":"Europe/Berlin"},"reminders":[{"before":"PT1H"}]}"#
            )
            let own = try await rig.given(
                #"{"title":"o","reminders":[{"at":"2026-11-23T09:00"},{"at":"2026-11-23T09:00","tz":"Asia/Tokyo"},{"at":"2026-11-23T09:00:00Z"}]}"#
            )
            #expect(try await rig.waiting(floating) == ["2026-11-23T07:00:00Z"])
            #expect(try await rig.waiting(zoned) == ["2026-11-23T07:00:00Z"])
            #expect(
                try await rig.waiting(own) == [
                    "2026-11-23T00:00:00Z", "2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z",
                ])
            try await rig.settings(zone: "America/New_York", sequence: 2)
            #expect(try await rig.waiting(floating) == ["2026-11-23T13:00:00Z"])
            #expect(try await rig.waiting(zoned) == ["2026-11-23T07:00:00Z"])
            #expect(
                try await rig.waiting(own) == [
                    "2026-11-23T00:00:00Z", "2026-11-23T09:00:00Z", "2026-11-23T14:00:00Z",
                ])
            // Settings that are older than what is known change nothing.
            try await rig.settings(zone: "UTC", sequence: 1)
            #expect(try await rig.waiting(floating) == ["2026-11-23T13:00:00Z"])
            await rig.close()
        }

        @Test func `a reminder that a zone moves into the past fires at once`() async throws {
            let rig = try await RemindersRig(at: "2026-11-23T06:30:00Z")
            try await rig.settings(zone: "Europe/Berlin", sequence: 1)
            _ = try await rig.given(#"{"title":"a","reminders":[{"at":"2026-11-23T09:00"}]}"#)
            try await rig.settings(zone: "Asia/Tokyo", sequence: 2)
            #expect(try await rig.fired(at: "2026-11-23T06:31:00Z") == 1)
            // And not again when its owner flies back.
            try await rig.settings(zone: "America/New_York", sequence: 3)
            #expect(try await rig.fired(at: "2026-11-24T06:31:00Z") == 1)
            await rig.close()
        }

        @Test func `tasks on a date remind at the time that the owner has chosen`() async throws {
            let rig = try await RemindersRig(at: "2026-11-20T00:00:00Z")
            let task = try await rig.given(
                #"{"title":"a","due":{"kind":"date","local":"2026-11-23"},"reminders":[{"before":"P0D"},{"before":"P1D"},{"before":"PT2H"}]}"#
            )
            #expect(
                try await rig.waiting(task) == [
                    "2026-11-22T09:00:00Z", "2026-11-23T07:00:00Z", "2026-11-23T09:00:00Z",
                ])
            try await rig.settings(zone: "Europe/Berlin", at: "07:30", sequence: 1)
            #expect(
                try await rig.waiting(task) == [
                    "2026-11-22T06:30:00Z", "2026-11-23T04:30:00Z", "2026-11-23T06:30:00Z",
                ])
            await rig.close()
        }

        @Test func `days keep the time of day and hours do not, where clocks change`() async throws {
            let rig = try await RemindersRig(at: "2026-03-01T00:00:00Z")
            // Clocks go forward in New York on Sunday 8 March 2026 at two.
            let task = try await rig.given(
                #"{"title":"a","due":{"kind":"zoned","local":"2026-03-08T09:00","tz":"America/New_York"},"reminders":[{"before":"P1D"},{"before":"PT24H"}]}"#
            )
            #expect(try await rig.waiting(task) == ["2026-03-07T13:00:00Z", "2026-03-07T14:00:00Z"])
            let gap = try await rig.given(
                #"{"title":"gap","reminders":[{"at":"2026-03-08T02:30","tz":"America/New_York"}]}"#)
            #expect(try await rig.waiting(gap) == ["2026-03-08T07:30:00Z"])
            let overlap = try await rig.given(
                #"{"title":"twice","reminders":[{"at":"2026-11-01T01:30","tz":"America/New_York"}]}"#)
            #expect(try await rig.waiting(overlap) == ["2026-11-01T05:30:00Z"])
            #expect(try await rig.fired(at: "2026-11-01T05:30:00Z") == 4)
            #expect(try await rig.fired(at: "2026-11-01T06:30:00Z") == 4)
            await rig.close()
        }

        @Test func `new rules of zones move what waits`() async throws {
            let rig = try await RemindersRig(at: "2026-11-20T00:00:00Z")
            let task = try await rig.given(#"{"title":"a","reminders":[{"at":"2026-11-23T09:00"}]}"#)
            try await rig.database.script(
                "UPDATE reminders.reminder SET fire_at = fire_at + interval '1 hour', job_pending = false")
            let upkeep = ReminderUpkeep(
                operations: rig.operations, days: 30, logger: Logger(label: "test"), portion: 1)
            try await upkeep.rederive()
            #expect(try await rig.waiting(task) == ["2026-11-23T09:00:00Z"])
            #expect(try await JobStore.pending(on: rig.database) == 1)
            await rig.close()
        }
    }
}
