import CurlHTTP
import FoundationEssentials
import ServiceObjectives
import Synchronization
import UnixSignals

/// A whole run: users are signed in, streams opened, load sent, effects awaited, objectives judged, checks made.
struct LoadRun: Sendable {
    let plan: LoadPlan
    let place: PlatformPlace
    let objectives: ServiceObjectives
    let checks: [any RunCheck]
    let command: [String]
    let limits: GeneratorHealth.Limits
    /// Where Prometheus may look while the run goes on; nil for nowhere.
    var metricsPort: Int?
    var progress = ProgressLine.standard

    /// What goes on beside the load.
    private struct Parts: Sendable {
        var users: [SimulatedUser]
        var book: AccountBook
        var api: PlatformClient
        /// Carries the load alone.
        var loadClient: HTTPClient
        /// Everything else: streams, spans, tokens, checks.
        var sideClient: HTTPClient
        var ledger: EffectLedger
        var recorder: RunRecorder
        var spans: SpanSender?
        var probe = HealthProbe()
        var stop = RunStop()
        var tools = ToolCount()
        var metrics: RunMetrics
        var runID: String
    }

    func carryOut() async throws(LoadFailure) -> RunResult {
        let parts = try await prepare()
        let result = await withSignals(parts.stop) { await go(parts) }
        await parts.loadClient.close()
        await parts.sideClient.close()
        return result
    }

    private func prepare() async throws(LoadFailure) -> Parts {
        var configuration = HTTPClientConfiguration()
        configuration.userAgent = "todo-load"
        configuration.maximumConnectionsPerHost = plan.openFiles
        configuration.maximumIdleConnections = plan.openFiles
        let loadClient = HTTPClient(configuration: configuration)
        let sideClient = HTTPClient(configuration: configuration)
        let book = AccountBook(
            path: place.dataFolder.map { "\($0)/load-accounts.json" },
            signIn: SignIn(gateway: place.gateway, http: sideClient))
        let progress = progress
        let count = plan.users
        progress.say("\(place.gateway): \(count) users sign in")
        let sessions = try await book.open(count) { done, note in
            if let note {
                progress.say("\(done)/\(count) signed in; \(note)")
            } else if progress.isTerminal || done == count {
                progress.show("\(done)/\(count) signed in")
            }
        }
        let users = sessions.enumerated().map { number, session in
            SimulatedUser(id: session.id, number: number, session: session, seed: plan.seed)
        }
        let runID = UUID().uuidString.lowercased()
        let recorder = RunRecorder(length: plan.length)
        let metrics = RunMetrics(
            users: users.count, scenarios: plan.lanes.flatMap { $0.mix.weights.map(\.name) })
        return Parts(
            users: users, book: book,
            api: PlatformClient(gateway: place.gateway, http: sideClient, sessions: sessions),
            loadClient: loadClient, sideClient: sideClient,
            ledger: EffectLedger(
                recorder: recorder, judgedFrom: plan.warmUp, onEffect: metrics.recordEffect),
            recorder: recorder,
            spans: place.spanReceiver.map {
                SpanSender(receiver: $0, http: sideClient, runID: runID, gateway: place.gateway)
            }, metrics: metrics, runID: runID)
    }

    /// Ctrl-C ends the load, not the report; the second one ends the program.
    private func withSignals<Value: Sendable>(
        _ stop: RunStop, _ body: () async -> Value
    ) async -> Value {
        let progress = progress
        let watcher = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                if stop.isRequested { leave(130) }
                stop.request()
                progress.say("stopping: what is under way is awaited; press again to leave at once")
            }
        }
        defer { watcher.cancel() }
        return await body()
    }

    private func go(_ parts: Parts) async -> RunResult {
        await DeskFilling(api: parts.api).fill(parts.users)
        let opened = OpenStreams()
        let time = SystemTime()
        // Streams and tokens live on until the checks are done; the probe and the load do not.
        return await withTaskGroup(of: Void.self) { side in
            side.addTask { await parts.book.keepSignedIn() }
            if let spans = parts.spans { side.addTask { await spans.run() } }
            if let metricsPort {
                let port = MetricsPort(port: metricsPort) {
                    let wrong = parts.ledger.wrong(before: time.now - .seconds(10))
                    return parts.metrics.text(missing: wrong.missing, double: wrong.double)
                }
                side.addTask { await port.run() }
            }
            for user in parts.users {
                let stream = UserStream(
                    user: user, gateway: place.gateway, http: parts.sideClient, ledger: parts.ledger,
                    time: time)
                side.addTask { await stream.run { opened.add() } }
            }
            let areOpen = await Waiting.until(within: .seconds(20)) {
                opened.count == parts.users.count
            }
            if !areOpen { progress.say("not every stream of changes opened: \(opened.count)") }
            await Checks.begin(checks, in: place.surroundings(api: parts.api, http: parts.sideClient))
            time.restart()
            let ended = await load(parts, time)
            let result = await finish(parts, time, ended: ended)
            side.cancelAll()
            return result
        }
    }

    /// Sends the load; gives the instant when all of it was answered.
    private func load(_ parts: Parts, _ time: SystemTime) async -> Duration {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await progress.follow(plan, parts.recorder, parts.ledger, on: time) }
            group.addTask { await parts.probe.run(from: plan.warmUp, on: time) }
            let start = time.startUnixNano
            let engine = LoadEngine(
                plan: plan, users: parts.users,
                sender: APISender(gateway: place.gateway, http: parts.loadClient), recorder: parts.recorder,
                onDue: parts.metrics.planned,
                onSettled: { request, learned in
                    parts.metrics.record(request)
                    parts.spans?.add(request, startUnixNano: start)
                    parts.tools.add(learned, of: request)
                    if request.isAcknowledgedWrite { parts.ledger.acknowledged(request, learned) }
                }, time: time, stop: parts.stop)
            await engine.run()
            parts.probe.end()
            group.cancelAll()
            return time.now
        }
    }

    /// Waits for effects, asks the checks, and puts everything together.
    private func finish(_ parts: Parts, _ time: SystemTime, ended: Duration) async -> RunResult {
        let isInterrupted = parts.stop.isRequested
        progress.say("waiting for the last effects")
        await Waiting.until(within: plan.drain) { parts.ledger.awaited(unixNano: .max) == 0 }
        let followUps = await FollowUps(api: parts.api, users: parts.users).settle(within: plan.drain)
        var effects = parts.ledger.outcome(
            unixNano: time.startUnixNano &+ UInt64(max(0, time.now.nanoseconds)))
        (effects.followUps, effects.followUpsMissing) = (followUps.delays, followUps.missing)
        await parts.spans?.flush()

        let state = parts.recorder.snapshot
        let record = RunRecord(
            runID: parts.runID, startUnixNano: time.startUnixNano,
            measured: plan.warmUp..<max(plan.warmUp, min(ended, plan.length)), requests: state.log.requests,
            requestsLeftOut: state.log.leftOut, objectives: objectives, isInterrupted: isInterrupted,
            users: parts.users.map(\.id))
        let surroundings = place.surroundings(api: parts.api, http: parts.sideClient)
        var results: [CheckResult] = []
        for check in checks {
            progress.show("checking \(check.name)")
            results.append(await check.check(record, in: surroundings))
        }
        let view = ClientView(
            operations: Array(state.operations.values), effects: effects, toolCalls: parts.tools.counts)
        try? await parts.book.save()
        return RunResult(
            plan: plan, record: record, measurements: state, effects: effects,
            health: parts.probe.health(lag: state.generatorLag), healthLimits: limits,
            objectives: ObjectiveJudge(view: view).verdicts(objectives), checks: results,
            spans: parts.spans?.counts ?? SpanSender.Counts(), gateway: place.gateway, traces: place.traces,
            command: command, measuredUntil: isInterrupted ? ended : plan.length)
    }
}

/// How many streams were opened.
private final class OpenStreams: Sendable {
    private let opened = Atomic<Int>(0)

    var count: Int { opened.load(ordering: .relaxed) }

    func add() { opened.add(1, ordering: .relaxed) }
}
