import OTLP

/// Performs one step of a user; the platform, or what a test puts in its place.
protocol StepSender: Sendable {
    func send(_ step: Step, as user: SimulatedUser, trace: TraceMark) async -> StepOutcome
}

/// The ids of a request's trace, made before it is sent.
struct TraceMark: Sendable, Equatable {
    var traceID: TraceID
    var spanID: SpanID

    /// Ids must never repeat between runs, so they are not taken from the run's seed.
    static func fresh() -> TraceMark {
        TraceMark(
            traceID: TraceID(high: .random(in: 1 ... .max), low: .random(in: 1 ... .max)),
            spanID: SpanID(.random(in: 1 ... .max)))
    }

    /// Sampled: whoever sends load wants to look at it.
    var traceparent: String { "00-\(traceID.hex)-\(spanID.hex)-01" }
}

/// Carries a plan out: begins each request when it is due, whatever became of those before.
struct LoadEngine: Sendable {
    let plan: LoadPlan
    let users: [SimulatedUser]
    let sender: any StepSender
    let recorder: RunRecorder
    /// Told of each request when it is due.
    var onDue: @Sendable (_ scenario: String) -> Void = { _ in }
    /// Told of each request when it is over, with what it taught.
    var onSettled: @Sendable (SentRequest, Learned) -> Void = { _, _ in }
    let time: any RunTime
    let stop: RunStop

    /// Returns when all that was begun is over.
    func run() async {
        await withDiscardingTaskGroup { group in
            for (place, lane) in plan.lanes.enumerated() {
                switch lane.model {
                case .open(let arrivals, let inFlight):
                    group.addTask { await runOpen(lane, place, arrivals, inFlight: inFlight) }
                case .closed(let count, let think):
                    for number in 0..<min(count, users.count) {
                        group.addTask {
                            await runClosed(lane, place, users[number], number, of: count, think)
                        }
                    }
                }
            }
        }
    }

    private func runOpen(_ lane: LoadPlan.Lane, _ place: Int, _ arrivals: Arrivals, inFlight: Int) async {
        let places = Places(inFlight)
        var random = SeededNumbers(seed: plan.seed, part: UInt64(place) << 32)
        let seed = random.next()
        await withDiscardingTaskGroup { group in
            for planned in ArrivalTimes(arrivals, length: plan.length, seed: seed) {
                await places.take()
                // Without a free place it is the platform that is slow, not the generator.
                let possible = max(planned, time.now)
                guard await stop.sleep(until: planned, on: time) else { return }
                let user = users[Int.random(in: 0..<users.count, using: &random)]
                group.addTask {
                    await perform(lane, as: user, planned: planned, possible: possible)
                    places.give()
                }
            }
        }
    }

    /// Users come one after the other within the first half of the warm-up, not all in the same instant.
    private func runClosed(
        _ lane: LoadPlan.Lane, _ place: Int, _ user: SimulatedUser, _ number: Int, of count: Int,
        _ think: ThinkTime
    ) async {
        var random = SeededNumbers(seed: plan.seed, part: UInt64(place) << 32 | UInt64(number + 1))
        var planned = plan.warmUp / 2 * Double(number) / Double(max(1, count))
        while planned < plan.length {
            guard await stop.sleep(until: planned, on: time) else { return }
            let end = await perform(lane, as: user, planned: planned, possible: planned)
            planned = max(end + think.pause(&random), planned + .seconds(1) / plan.mostPerUser)
        }
    }

    /// - Parameter possible: When nothing but the generator itself kept the request from being sent.
    @discardableResult
    private func perform(
        _ lane: LoadPlan.Lane, as user: SimulatedUser, planned: Duration, possible: Duration
    ) async -> Duration {
        let step = user.nextStep(lane.mix, now: time.now)
        onDue(step.scenario)
        let trace = TraceMark.fresh()
        let sent = time.now
        let outcome = await sender.send(step, as: user, trace: trace)
        let end = time.now
        let learned = user.settle(step, outcome, now: end)
        let request = SentRequest(
            number: 0, operation: step.operation, scenario: step.scenario, phase: plan.phase(of: planned),
            user: user.id, method: step.method, route: step.route, planned: planned, sent: sent, end: end,
            status: outcome.status, error: outcome.error,
            isExpected: outcome.status.map(step.isExpected) ?? false, traceID: trace.traceID,
            spanID: trace.spanID, taskID: learned.taskID, eventsExpected: learned.events)
        recorder.record(request, generatorLag: sent - possible)
        onSettled(request, learned)
        return end
    }
}
