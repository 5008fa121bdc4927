import Synchronization
import Testing

@testable import todo_load

struct PlanTests {
    private func plan(
        _ text: String = "50", duration: Duration = .seconds(10), users: Int = 1, inFlight: Int = 10
    ) throws -> LoadPlan {
        LoadPlan(
            lanes: [
                .init(
                    name: "a", model: .open(try #require(Arrivals(text)), inFlight: inFlight),
                    mix: try ScenarioMix("crud"))
            ], users: users, warmUp: .zero, duration: duration, drain: .zero, seed: 1)
    }

    @Test func `a plan within the bounds is accepted, one beyond them is told why`() throws {
        try plan().check()
        #expect(throws: LoadFailure.self) { try plan("3000").check() }
        #expect(throws: LoadFailure.self) { try plan("1500", duration: .seconds(3000)).check() }
        #expect(throws: LoadFailure.self) { try plan(duration: .seconds(7200)).check() }
        #expect(throws: LoadFailure.self) { try plan(users: 501).check() }
        #expect(throws: LoadFailure.self) { try plan(inFlight: 0).check() }
        #expect(throws: LoadFailure.self) { try plan("0").check() }
        #expect(throws: LoadFailure.self) { try plan("1e21").check() }
    }

    @Test func `a plan that needs more connections than may be open is refused`() throws {
        var large = try plan(users: 500, inFlight: 200)
        large.lanes.append(
            .init(
                name: "users", model: .closed(users: 500, think: ThinkTime(mean: .seconds(2))),
                mix: try ScenarioMix("crud")))
        #expect(large.openFiles == 1300)
        try large.check(openFiles: 1300)
        let failure = #expect(throws: LoadFailure.self) { try large.check(openFiles: 1024) }
        #expect(failure?.description.contains("1300 open files, and the limit is 1024") == true)
    }

    @Test func `nobody thinks longer than a run may last`() throws {
        var slow = try plan()
        slow.lanes[0].model = .closed(users: 1, think: ThinkTime(mean: .seconds(3_600_000_000)))
        #expect(throws: LoadFailure.self) { try slow.check() }
    }

    @Test func `a mix is read with its weights, and nonsense is refused`() throws {
        #expect(try ScenarioMix("crud=70,search=30").weights.map(\.weight) == [70, 30])
        #expect(try ScenarioMix("crud,chat=0").weights.count == 1)
        for text in ["", "sleep", "crud=-1", "crud=x", "crud=1=2", "crud=0"] {
            #expect(throws: LoadFailure.self, "\(text)") { _ = try ScenarioMix(text) }
        }
    }

    @Test func `other machines are told from this one`() {
        for url in ["http://127.0.0.1:8080", "http://localhost", "https://[::1]:80/x", "http://127.9.9.9"] {
            #expect(PlatformPlace.isLoopback(url), "\(url)")
        }
        for url in [
            "http://example.com", "http://127.0.0.1.example.com", "http://localhost@example.com", "ftp", "",
            "http://10.0.0.1", "http://127.0.0.1@example.com", "http://[::2]",
        ] { #expect(!PlatformPlace.isLoopback(url), "\(url)") }
    }

    @Test func `lengths of time are read with their unit`() {
        #expect(Interval(argument: "90s")?.duration == .seconds(90))
        #expect(Interval(argument: "2.5")?.duration == .milliseconds(2500))
        #expect(Interval(argument: "500ms")?.duration == .milliseconds(500))
        #expect(Interval(argument: "3m")?.duration == .seconds(180))
        for text in ["", "s", "-1s", "1d", "1e9h", "9999999"] {
            #expect(Interval(argument: text) == nil, "\(text)")
        }
        #expect(
            Interval(.seconds(60)).description == "60s" && Interval(.milliseconds(250)).description == "250ms"
        )
    }

    @Test func `the same seed plans the same steps, and data flows from one to the next`() throws {
        func steps(_ seed: UInt64) throws -> [String] {
            let user = SimulatedUser(id: "u", number: 0, session: nil, seed: seed)
            let mix = try ScenarioMix("crud=5,search,recurring,bulk,chat,abuse")
            var version: Int64 = 1
            return (0..<300).map { number in
                let step = user.nextStep(mix, now: .zero)
                version += 1
                let item = #"{"id":"task-\#(number)","version":\#(version),"title":"water the plants 1"}"#
                let body =
                    step.scenario == "bulk"
                    ? #"{"items":[{"status":201,"task":\#(item)}]}"#
                    : step.scenario == "chat"
                        ? #"{"conversationId":"c","toolCalls":[{"status":"done"}]}"# : item
                let status = step.expected.min() ?? 200
                _ = user.settle(step, StepOutcome(status: status, body: Array(body.utf8)), now: .zero)
                return "\(step.method) \(step.path) \(String(decoding: step.body, as: UTF8.self))"
            }
        }
        let first = try steps(5)
        #expect(try steps(5) == first)
        #expect(try steps(6) != first)
        #expect(first.contains { $0.hasPrefix("PATCH /api/v1/tasks/task-") })
        #expect(first.contains { $0.hasSuffix("/complete ") } && first.contains { $0.hasPrefix("DELETE ") })
        #expect(first.contains { $0.contains(#""conversationId":"c""#) })
    }

    @Test func `a task is worked on by one step at a time, and an unanswered write is lost from sight`() {
        let user = SimulatedUser(id: "u", number: 0, session: nil, seed: 1)
        user.desk.withLock { $0.put(.init(id: "t", version: 3, title: "x")) }
        let step = user.desk.withLock { desk in
            desk.takeOpen().map { TaskSteps.complete($0, in: "crud") }
        }
        #expect(user.desk.withLock { $0.open.isEmpty })
        let learned = step.map { user.settle($0, StepOutcome(error: "timeout"), now: .zero) }
        #expect(learned?.events.isEmpty == true)
        #expect(user.desk.withLock { $0.open.isEmpty && $0.completed.isEmpty })
    }

    @Test func `a closed model waits for the answer and thinks, and a stop ends it`() async throws {
        let time = SimulatedTime()
        let stop = RunStop()
        let plan = LoadPlan(
            lanes: [
                .init(
                    name: "u", model: .closed(users: 1, think: ThinkTime(mean: .milliseconds(98))),
                    mix: try ScenarioMix("search"))
            ], users: 1, warmUp: .zero, duration: .seconds(100), drain: .zero, seed: 1)
        let recorder = RunRecorder(length: plan.length)
        let engine = LoadEngine(
            plan: plan, users: [SimulatedUser(id: "u", number: 0, session: nil, seed: 1)],
            sender: StallingServer(time: time, stall: .seconds(50) ..< .seconds(51)), recorder: recorder,
            onSettled: { request, _ in if request.planned > .seconds(80) { stop.request() } }, time: time,
            stop: stop)
        await engine.run()
        let state = recorder.snapshot
        // A request and its pause take a tenth of a second; the run was stopped after 80.
        #expect((700...900).contains(state.sent))
        #expect(state.all.corrected.longest ?? .zero > .milliseconds(500))
    }
}
