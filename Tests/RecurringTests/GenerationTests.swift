import EventFlow
import Foundation
import Postgres
import Testing
import TodoDomain

@testable import Recurring

extension RecurringOnPostgres {
    struct GenerationTests {
        private let nine = DueTime(kind: .zoned, local: "2026-11-16T09:00", tz: "Europe/Berlin")
        private let made = InstanceAnswer.made(UUID(), due: nil, isNew: true)

        @Test func `what is asked for is made once, however often the event comes`() async throws {
            let rig = try await RecurringRig()
            let tasks = ScriptedTasks(made)
            let wanted = try await rig.ask(due: nine, completedAt: "2026-11-16T12:00:00.000Z")
            try await rig.note(wanted)
            let worker = rig.worker(tasks)
            #expect(try await rig.round(worker) == 1)
            #expect(try await rig.round(worker) == 0)
            #expect(tasks.asked.map(\.due?.local) == ["2026-11-17T09:00"])
            #expect(tasks.asked.first?.due?.tz == "Europe/Berlin")
            #expect(try await rig.events() == [EventType.occurrenceGenerated])
            #expect(try await rig.waiting() == 0)
            await rig.close()
        }

        @Test func `the time is local: it stays nine o'clock when clocks change`() async throws {
            let rig = try await RecurringRig()
            let tasks = ScriptedTasks(made)
            let saturday = DueTime(kind: .zoned, local: "2026-10-24T09:00", tz: "Europe/Berlin")
            let wanted = try await rig.ask(due: saturday, completedAt: "2026-10-24T12:00:00.000Z")
            try await rig.round(rig.worker(tasks))
            let due = try #require(tasks.asked.first?.due)
            #expect(due.local == "2026-10-25T09:00" && wanted.series.tz == "Europe/Berlin")
            await rig.close()
        }

        @Test func `floating times are counted by the user's clock`() async throws {
            let rig = try await RecurringRig()
            let user = rig.user
            try await rig.database.transaction { transaction in
                try await PersonStore.keep("Pacific/Auckland", of: user, sequence: 2, in: transaction)
                try await PersonStore.keep("UTC", of: user, sequence: 1, in: transaction)
            }
            let tasks = ScriptedTasks(made)
            let floating = DueTime(kind: .floating, local: "2026-11-16T09:00")
            // The evening of the 16th in UTC is the morning of the 17th, after nine, in Auckland.
            _ = try await rig.ask(due: floating, completedAt: "2026-11-16T21:00:00.000Z")
            try await rig.round(rig.worker(tasks))
            #expect(tasks.asked.first?.due == DueTime(kind: .floating, local: "2026-11-18T09:00"))
            await rig.close()
        }

        @Test func `while tasks are away it waits, with growing pauses, and is made when they are back`()
            async throws
        {
            let rig = try await RecurringRig()
            let tasks = ScriptedTasks(
                .later(reason: "unreachable"), .later(reason: "unreachable"),
                .later(reason: "unavailable"), made)
            _ = try await rig.ask(due: nine, completedAt: "2026-11-16T12:00:00.000Z")
            let worker = rig.worker(tasks)
            for pause in [0.5, 1, 2] {
                #expect(try await rig.round(worker) == 1)
                rig.clock.advance(pause - 0.01)
                #expect(try await rig.round(worker) == 0)
                rig.clock.advance(0.02)
            }
            #expect(try await rig.round(worker) == 1)
            #expect(try await rig.events() == [EventType.occurrenceGenerated])
            #expect(Set(tasks.asked.map(\.occurrenceKey)).count == 1)
            await rig.close()
        }

        @Test func `what a dead worker held is made by another when the claim lapses`() async throws {
            let rig = try await RecurringRig()
            let tasks = ScriptedTasks(made)
            _ = try await rig.ask(due: nine, completedAt: "2026-11-16T12:00:00.000Z")
            let dead = rig.worker(tasks)
            let held = try await dead.claim()
            #expect(held.count == 1)
            let other = rig.worker(tasks)
            #expect(try await rig.round(other) == 0)
            rig.clock.advance(60)
            #expect(try await rig.round(other) == 1)
            // The first comes back after all: it writes nothing a second time.
            for wanted in held { await dead.generate(wanted) }
            #expect(try await rig.events() == [EventType.occurrenceGenerated])
            await rig.close()
        }

        @Test func `a refusal, a bad rule and the end of patience are told as failures`() async throws {
            let rig = try await RecurringRig()
            _ = try await rig.ask(due: nine, completedAt: "2026-11-16T12:00:00.000Z")
            try await rig.round(rig.worker(ScriptedTasks(.refused(status: 404))))
            _ = try await rig.ask("FREQ=NEVER", due: nine, completedAt: "2026-11-16T12:00:00.000Z")
            try await rig.round(rig.worker(ScriptedTasks(made)))
            var limits = GenerationLimits()
            limits.giveUpAfter = 0.4
            _ = try await rig.ask(due: nine, completedAt: "2026-11-16T12:00:00.000Z")
            try await rig.round(rig.worker(ScriptedTasks(.later(reason: "timeout")), limits))
            #expect(
                try await rig.events() == Array(repeating: EventType.occurrenceFailed, count: 3))
            #expect(try await rig.waiting() == 0)
            await rig.close()
        }

        @Test func `a rule that is exhausted asks for the end, and a withdrawn completion for nothing`()
            async throws
        {
            let rig = try await RecurringRig()
            let tasks = ScriptedTasks(.ended)
            _ = try await rig.ask(
                "FREQ=DAILY;COUNT=1", due: nine, completedAt: "2026-11-16T12:00:00.000Z")
            try await rig.round(rig.worker(tasks))
            #expect(tasks.asked.count == 1 && tasks.asked[0].due == nil)
            _ = try await rig.ask(
                "FREQ=DAILY;COUNT=3", due: nine, completedAt: "2026-11-16T12:00:00.000Z",
                mode: .completion, position: 3)
            try await rig.round(rig.worker(tasks))
            #expect(tasks.asked.count == 2 && tasks.asked[1].due == nil)
            _ = try await rig.ask(due: nine, completedAt: "2026-11-16T12:00:00.000Z")
            try await rig.round(rig.worker(ScriptedTasks(.superseded)))
            #expect(try await rig.events() == [])
            #expect(try await rig.waiting() == 0)
            await rig.close()
        }

        @Test func `a user who is gone is forgotten, and comes back by no late event`() async throws {
            let rig = try await RecurringRig()
            _ = try await rig.ask(due: nine, completedAt: "2026-11-16T12:00:00.000Z")
            let user = rig.user
            try await rig.database.transaction { transaction in
                try await PersonStore.forget(user, sequence: 9, in: transaction)
                try await PersonStore.keep("Asia/Tokyo", of: user, sequence: 5, in: transaction)
            }
            #expect(try await rig.waiting() == 0)
            let zone: String? = try await rig.database.query("SELECT time_zone FROM recurring.person")
                .first?.value("time_zone")
            #expect(zone == "UTC")
            await rig.close()
        }
    }
}
