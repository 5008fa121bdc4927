import Foundation
import Testing

@testable import Reminders

struct SweepPauseTests {
    @Test func `while something is left undone the next look is soon, and then less soon`() {
        var pause = SweepPause(interval: .seconds(5))
        #expect((0..<5).map { _ in pause.after(nil) } == [1, 2, 4, 5, 5].map { .seconds($0) })
        #expect(pause.after(.seconds(3)) == .seconds(3))
        #expect(pause.after(nil) == .seconds(1))
    }

    @Test func `it is never longer than the interval`() {
        var pause = SweepPause(interval: .milliseconds(300))
        #expect(pause.after(.seconds(86_400)) == .milliseconds(300))
        #expect(pause.after(nil) == .milliseconds(300))
    }
}

extension RemindersOnPostgres {
    struct SweepTests {
        @Test func `the search looks again just after the next reminder is due`() async throws {
            let rig = try await RemindersRig()
            #expect(await rig.sweep.look() == rig.sweep.interval)
            let task = try await rig.given(
                #"{"title":"a","reminders":[{"at":"2026-11-23T08:00:10"},{"at":"2026-11-23T09:00"}]}"#)
            #expect(await rig.sweep.look() == .seconds(10.5))
            rig.clock.set("2026-11-23T08:00:10Z")
            #expect(await rig.sweep.look() == .seconds(3590.5))
            #expect(try await rig.states(task) == ["fired", "waiting"])
            await rig.close()
        }

        @Test func `what could not fire is looked for again soon`() async throws {
            let rig = try await RemindersRig()
            let task = try rig.task(#"{"title":"a","reminders":[{"at":"2026-11-23T10:00"}]}"#)
            try await rig.hear(task, ofTask: false)
            rig.clock.set("2026-11-23T10:00:05Z")
            #expect(await rig.sweep.look() == nil)
            rig.clock.advance(10)
            #expect(await rig.sweep.look() == rig.sweep.interval)
            #expect(try await rig.states(task) == ["fired"])
            await rig.close()
            #expect(await rig.sweep.look() == nil)
        }
    }
}
