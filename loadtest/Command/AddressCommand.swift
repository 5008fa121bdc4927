import ArgumentParser
import CurlHTTP

/// `todo-load address`
struct AddressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "address",
        abstract: "Measures one address of this machine, to hold this generator against others.",
        discussion:
            "Exit status: 0 when every request was answered with success, 1 when one was not, 2 as of run.")

    @Argument(help: "Such as http://127.0.0.1:8080/api/v1/tasks.") var url: String
    @Option(help: "A header of each request, such as 'Authorization: Bearer …'; may be repeated.")
    var header: [String] = []
    @Option(help: "Connections, each with one request after the other; with --rate, at most so many.")
    var connections = 8
    @Option(help: "Planned requests, as of run; without it, each connection goes on when it was answered.")
    var rate: String?
    @Option(help: "How long is measured.") var duration = Interval(.seconds(10))
    @Option(help: "Load before that, which does not count.") var warmUp = Interval(.seconds(1))
    @Flag(help: "One line of JSON in place of a table.") var json = false

    func run() async throws {
        guard PlatformPlace.isLoopback(url) else { throw LoadFailure.misuse("\(url) is not on this machine") }
        guard (1...500).contains(connections) else {
            throw LoadFailure.misuse("--connections must be from 1 to 500")
        }
        guard connections + LoadPlan.filesBesides <= OpenFiles.limit else {
            throw LoadFailure.misuse(
                "\(connections) connections are too many for a limit of \(OpenFiles.limit) open files (ulimit -Hn)"
            )
        }
        let plan = try plan()
        let recorder = RunRecorder(length: plan.length)
        let probe = HealthProbe()
        try await measure(plan, recorder, probe)
        let state = recorder.snapshot
        let failed = state.operations.values.reduce(0) { $0 + $1.failed + $1.unexpected }
        let figures = AddressFigures(state, of: plan, failed: failed)
        Console.write((json ? figures.json : figures.table) + "\n")
        let complaints = probe.health(lag: state.generatorLag).complaints(GeneratorHealth.Limits())
        // Without planned starts it may be as busy as it likes: then it measures how fast it is itself.
        if rate != nil, !complaints.isEmpty {
            throw LoadFailure.misuse(complaints.joined(separator: "; "))
        }
        throw ExitCode(failed > 0 ? 1 : 0)
    }

    private func measure(_ plan: LoadPlan, _ recorder: RunRecorder, _ probe: HealthProbe) async throws {
        var configuration = HTTPClientConfiguration()
        configuration.userAgent = "todo-load"
        configuration.maximumConnectionsPerHost = connections
        let http = HTTPClient(configuration: configuration)
        let sender = AddressSender(url: url, headers: try Self.headers(header), http: http)
        let time = SystemTime()
        let engine = LoadEngine(
            plan: plan,
            users: (0..<connections).map { SimulatedUser(id: "", number: $0, session: nil, seed: 1) },
            sender: sender, recorder: recorder, time: time, stop: RunStop())
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await probe.run(from: plan.warmUp, on: time) }
            await engine.run()
            probe.end()
            group.cancelAll()
        }
        await http.close()
    }

    private func plan() throws(LoadFailure) -> LoadPlan {
        var model = LoadPlan.Lane.Model.closed(users: connections, think: ThinkTime(mean: .zero))
        if let rate {
            guard let arrivals = Arrivals(rate), arrivals.peak > 0, arrivals.peak <= 20_000 else {
                throw .misuse("--rate must be more than 0 and at most 20000, such as 100 or poisson:50")
            }
            model = .open(arrivals, inFlight: connections)
        }
        guard duration.duration >= .seconds(1), duration.duration <= .seconds(600) else {
            throw .misuse("--duration must be from 1 s to 10 min")
        }
        return LoadPlan(
            lanes: [.init(name: "address", model: model, mix: ScenarioMix(of: AddressWork()))],
            users: connections, warmUp: warmUp.duration, duration: duration.duration, drain: .zero, seed: 1,
            mostPerUser: 20_000)
    }

    static func headers(_ lines: [String]) throws(LoadFailure) -> HTTPHeaderList {
        var headers = HTTPHeaderList()
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { throw .misuse("'\(line)' is no header: write 'Name: value'") }
            headers.add(String(parts[0]), String(parts[1].drop { $0 == " " }))
        }
        return headers
    }
}

/// Requests for one address: whatever it answers is well, as long as it is a success.
struct AddressWork: Scenario {
    static let name = "address"
    static let summary = "asks for one address"

    func nextStep(_ desk: inout Desk, now: Duration) -> Step {
        Step("address", in: Self.name, "GET", "/", expecting: Set(200..<300))
    }
}

/// Asks for the same address whatever the step.
struct AddressSender: StepSender {
    let url: String
    let headers: HTTPHeaderList
    let http: HTTPClient

    func send(_ step: Step, as user: SimulatedUser, trace: TraceMark) async -> StepOutcome {
        var request = HTTPClientRequest("GET", url, headers: headers, timeout: .seconds(30))
        request.isTraced = false
        do {
            return StepOutcome(status: try await http.send(request).status)
        } catch {
            return StepOutcome(error: error.reasonCode)
        }
    }
}

/// What was measured of one address.
struct AddressFigures {
    private let corrected: RunReport.Percentiles
    private let naive: RunReport.Percentiles
    private let perSecond: Double
    private let failed: Int
    private let answers: String

    init(_ state: RunRecorder.State, of plan: LoadPlan, failed: Int) {
        corrected = RunReport.Percentiles(state.all.corrected)
        naive = RunReport.Percentiles(state.all.naive)
        perSecond =
            Double(state.all.corrected.count)
            / state.busy(since: plan.warmUp, atLeast: plan.duration).inSeconds
        self.failed = failed
        answers = state.operations.values.map(\.strange).joined(separator: ", ")
    }

    var table: String {
        func line(_ name: String, _ p: RunReport.Percentiles) -> [String] {
            [name] + [p.mean, p.p50, p.p90, p.p99, p.p999, p.max].map(SummaryText.milliseconds)
        }
        return SummaryText.table([
            ["latency", "mean", "p50", "p90", "p99", "p99.9", "max"], line("from the plan", corrected),
            line("naive", naive),
        ]) + "\n\(corrected.count.grouped) requests, \(perSecond.text(1))/s, answers \(answers)"
    }

    var json: String {
        func members(_ p: RunReport.Percentiles) -> String {
            #"{"mean":\#(p.mean.text(3)),"p50":\#(p.p50.text(3)),"p90":\#(p.p90.text(3)),"p99":\#(p.p99.text(3)),"max":\#(p.max.text(3))}"#
        }
        return
            #"{"requests":\#(corrected.count),"perSecond":\#(perSecond.text(3)),"failed":\#(failed),"corrected":\#(members(corrected)),"naive":\#(members(naive))}"#
    }
}
