import Testing

@testable import todo_load

/// What the whole generator is about: a stall is felt by everybody who wanted something meanwhile.
struct CoordinatedOmissionTests {
    /// 100 requests a second for 20 s over one connection, which stalls for two seconds in the middle.
    private func run() async throws -> RunRecorder.State {
        let time = SimulatedTime()
        let plan = LoadPlan(
            lanes: [
                .init(
                    name: "one", model: .open(.constant(perSecond: 100), inFlight: 1),
                    mix: try ScenarioMix("search"))
            ], users: 1, warmUp: .zero, duration: .seconds(20), drain: .zero, seed: 1)
        let recorder = RunRecorder(length: plan.length)
        let engine = LoadEngine(
            plan: plan, users: [SimulatedUser(id: "u", number: 0, session: nil, seed: 1)],
            sender: OneByOne(server: StallingServer(time: time, stall: .seconds(9) ..< .seconds(11))),
            recorder: recorder, time: time, stop: RunStop())
        await engine.run()
        return recorder.snapshot
    }

    @Test func `a stall of two seconds is in the corrected p99 and not in the naive one`() async throws {
        let state = try await run()
        #expect(state.sent == 2000 && state.failed == 0)
        let corrected = try #require(state.all.corrected.percentile(99))
        let naive = try #require(state.all.naive.percentile(99))
        #expect(corrected > .seconds(1) && corrected < .seconds(2))
        #expect(naive < .milliseconds(5))
        let longest = try #require(state.all.naive.longest)
        #expect(longest > .milliseconds(1990))
    }

    @Test func `the generator is not blamed for a server that leaves no place`() async throws {
        let state = try await run()
        let schedule = try #require(state.scheduleLag.percentile(99))
        let own = try #require(state.generatorLag.percentile(99))
        #expect(schedule > .seconds(1) && own < .milliseconds(5))
    }

    @Test func `the timeline shows when it was`() async throws {
        let windows = try await run().timeline.windows
        let worst = windows.indices.max { left, right in
            (windows[left].corrected.percentile(99) ?? .zero)
                < (windows[right].corrected.percentile(99) ?? .zero)
        }
        #expect(worst == 9)
        #expect(windows[3].corrected.percentile(99) ?? .zero < .milliseconds(5))
    }
}

/// Simulated time has no second thread: requests follow each other.
private struct OneByOne: StepSender {
    let server: StallingServer

    func send(_ step: Step, as user: SimulatedUser, trace: TraceMark) async -> StepOutcome {
        await server.send(step, as: user, trace: trace)
    }
}
