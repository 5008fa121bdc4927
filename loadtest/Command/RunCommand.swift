import ArgumentParser
import FoundationEssentials
import ServiceObjectives

/// `todo-load run`
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Sends load, watches its effects, judges the objectives, writes a report.",
        discussion: """
            Two kinds of load go on at the same time. Users of the closed model wait for an answer and think before \
            they go on. Requests of the open model come when they are due, whatever became of those before; their \
            latency counts from the planned start.

            A rate is 50, constant:50, poisson:50 or ramp:10-100 (requests a second). A mix is a list such as \
            crud=70,search=30 of these scenarios: crud, search, recurring, reminder, chat, bulk, abuse.
            """)

    @Option(help: "The platform's folder, as of `todo up --data`.") var data = ".todo"
    @Option(help: "The API of a platform without such a folder, such as http://127.0.0.1:8080.")
    var gateway: String?
    @Flag(help: "Permit a platform on another machine; be sure that it is yours.") var allowRemote = false

    @Option(help: "Users of the closed model; 0 for none.") var users = 50
    @Option(help: "Their think time on average, such as 500ms or 2s.") var think = Interval(.seconds(2))
    @Option(help: "What users do.") var mix = ScenarioMix.everyday
    @Option(help: "Arrivals of the open model; 0 for none.") var rate = "poisson:15"
    @Option(help: "What arrives.") var rateMix = "crud=1"
    @Option(help: "Most requests of the open model at a time.") var inFlight = 200

    @Option(help: "How long is measured.") var duration = Interval(.seconds(60))
    @Option(help: "Load before that, which does not count.") var warmUp = Interval(.seconds(10))
    @Option(help: "How long answers and events are waited for at the end.") var drain = Interval(.seconds(20))
    @Option(help: "The same seed plans the same run.") var seed: UInt64 = 1

    @Option(help: "The objectives (default: those of the repository that this program was built in).")
    var objectives: String?
    @Option(help: "The folder of the report.") var report = ".build/load"
    @Option(help: "A port of this machine on which Prometheus finds the run's metrics.") var metricsPort: Int?
    @Option(help: "Prometheus, for checks that ask it.") var prometheus: String?
    @Flag(inversion: .prefixedNo, help: "Look at traces, audit trail and metrics afterwards.") var checks =
        true
    @Flag(help: "Judge the run although the generator was the bottleneck.") var ignoreBottleneck = false
    @Flag(help: "Only say what would be done.") var dryRun = false

    func run() async throws {
        let plan = try plan()
        try plan.check()
        guard metricsPort.map({ (1...65_535).contains($0) }) ?? true else {
            throw LoadFailure.misuse("--metrics-port must be from 1 to 65535")
        }
        let objectives = try Self.objectives(at: objectives)
        if dryRun {
            Console.write(plan.text + "\n")
            return
        }
        let place = try await PlatformPlace.find(
            data: gateway == nil ? data : nil, gateway: gateway, allowRemote: allowRemote,
            prometheus: prometheus)
        try WholeFile.makeFolder(report)
        let run = LoadRun(
            plan: plan, place: place, objectives: objectives, checks: checks ? Checks.all : [],
            command: Array(CommandLine.arguments.dropFirst()),
            limits: ignoreBottleneck ? .none : GeneratorHealth.Limits(), metricsPort: metricsPort)
        let finished = RunReport(try await run.carryOut())
        try ReportFiles(folder: report).write(finished)
        Console.write(SummaryText(finished, folder: report).text)
        throw ExitCode(finished.outcome.exitStatus)
    }

    private func plan() throws(LoadFailure) -> LoadPlan {
        var lanes: [LoadPlan.Lane] = []
        guard users >= 0 else { throw .misuse("--users must not be negative") }
        if users > 0 {
            lanes.append(
                .init(
                    name: "users", model: .closed(users: users, think: ThinkTime(mean: think.duration)),
                    mix: try ScenarioMix(mix)))
        }
        guard let arrivals = Arrivals(rate) else {
            throw .misuse("--rate '\(rate)' is none: 50, constant:50, poisson:50 or ramp:10-100")
        }
        if arrivals.peak > 0 {
            lanes.append(
                .init(
                    name: "arrivals", model: .open(arrivals, inFlight: inFlight),
                    mix: try ScenarioMix(rateMix)
                ))
        }
        return LoadPlan(
            // A user may make 50 requests a second on average. Rates beyond the bound are refused by `check`.
            lanes: lanes, users: max(users, Int(min(arrivals.peak, LoadPlan.Bound.perSecond) / 25), 1),
            warmUp: warmUp.duration,
            duration: duration.duration, drain: drain.duration, seed: seed)
    }

    /// The file named, or the one of the repository.
    static func objectives(at path: String?) throws(LoadFailure) -> ServiceObjectives {
        let candidates = path.map { [$0] } ?? ["loadtest/slo.json", "\(Self.repository)/loadtest/slo.json"]
        for candidate in candidates {
            guard let content = try WholeFile.read(candidate) else { continue }
            do throws(ServiceObjectivesError) {
                return try ServiceObjectives(json: Data(content))
            } catch {
                throw .unreadable(path: candidate, reason: error.description)
            }
        }
        throw .file(path: candidates[0], reason: "there is no such file; --objectives names another")
    }

    private static let repository = String(
        #filePath.dropLast("/loadtest/Command/RunCommand.swift".count))
}

extension GeneratorHealth.Limits {
    /// Whatever the generator did, the run counts.
    static let none = Self(
        processorShare: .infinity, lag99: .seconds(1_000_000), loopDelay99: .seconds(1_000_000))
}

/// A length of time as it is written on a command line: `90s`, `500ms`, `2m`, or seconds without a unit.
struct Interval: ExpressibleByArgument, CustomStringConvertible {
    var duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    init?(argument: String) {
        let digits = argument.prefix { $0.isNumber || $0 == "." }
        guard let number = Double(digits), number.isFinite, number < 1e6 else { return nil }
        let scale: Double? =
            switch argument.dropFirst(digits.count) {
            case "ms": 0.001
            case "", "s": 1
            case "m": 60
            case "h": 3600
            default: nil
            }
        guard let scale else { return nil }
        duration = .nanoseconds(Int64(number * scale * 1e9))
    }

    var description: String {
        let milliseconds = duration.nanoseconds / 1_000_000
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }

    var defaultValueDescription: String { description }
}
