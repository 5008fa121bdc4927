import ArgumentParser
import CurlHTTP
import UnixSignals

/// `todo-load faults`
struct FaultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults",
        abstract:
            "Breaks things on a platform on this machine and proves that the right alert fires and clears.",
        discussion: """
            Faults: slow-database, dead-consumer, broker-off, slow-model (needs a platform that was started with \
            OPENAI_BASE_URL of `todo-load model`), or all. Prometheus and Alertmanager are started beside the platform, \
            with windows shortened by --window-scale. What was broken is mended whatever happens, Ctrl-C included.

            Exit status: 0 when every alert fired, its runbook's commands showed the cause and it cleared; 1 when not; \
            2 when a fault could not be rehearsed.
            """)

    @Argument(help: "slow-database, dead-consumer, broker-off, slow-model or all.") var faults = ["all"]
    @Option(help: "The platform's folder, as of `todo up --data`.") var data = ".todo"
    @Option(help: "Windows of rules times this; 0.02 makes an hour 72 seconds.") var windowScale = 0.02
    @Option(help: "Prometheus at this port, Alertmanager at the next one.") var observersPort = 19_690
    @Option(help: "A Prometheus that runs already; --alertmanager belongs to it.") var prometheus: String?
    @Option(help: "An Alertmanager that runs already.") var alertmanager: String?
    @Option(help: "Where `todo-load model` listens.") var model = "http://127.0.0.1:18555"
    @Option(help: "The folder of the report.") var report = ".build/load-faults"
    @Flag(help: "Only break it, until Ctrl-C: for a load run in another terminal.") var hold = false

    func run() async throws {
        let kinds = try Self.kinds(faults)
        let place = try await PlatformPlace.find(
            data: data, gateway: nil, allowRemote: false, prometheus: prometheus)
        let http = HTTPClient()
        let status: Int32
        do {
            status = try await hold ? breakAndWait(kinds, place, http) : rehearse(kinds, place, http)
        } catch {
            await http.close()
            throw error
        }
        await http.close()
        throw ExitCode(status)
    }

    static func kinds(_ words: [String]) throws(LoadFailure) -> [FaultKind] {
        if words == ["all"] { return FaultKind.allCases }
        var kinds: [FaultKind] = []
        for word in words {
            guard let kind = FaultKind(rawValue: word) else {
                let known = FaultKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw .misuse("'\(word)' is no fault: \(known) or all")
            }
            kinds.append(kind)
        }
        return kinds
    }

    private func fault(_ kind: FaultKind, _ place: PlatformPlace, _ http: HTTPClient) throws(LoadFailure)
        -> any RehearsedFault
    {
        switch kind {
        case .slowDatabase: try SlowDatabase(place)
        case .deadConsumer: try DeadConsumer("audit", of: place)
        case .brokerOff: try BrokerOff(place, http: http)
        case .slowModel: SlowModel(address: model, http: http)
        }
    }

    // MARK: Hold

    private func breakAndWait(_ kinds: [FaultKind], _ place: PlatformPlace, _ http: HTTPClient) async throws
        -> Int32
    {
        let broken = try kinds.map { try fault($0, place, http) }
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        var failure: LoadFailure?
        do throws(LoadFailure) {
            for fault in broken { try await fault.inject() }
            let words = kinds.map { "\($0.rawValue): \($0.summary)" }.joined(separator: "\n")
            Console.write("\(words)\nCtrl-C mends it.\n")
            for await _ in signals { break }
        } catch {
            failure = error
        }
        for fault in broken {
            do throws(LoadFailure) { try await fault.repair() } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
        Console.write("mended\n")
        return 0
    }

    // MARK: Rehearse

    private func rehearse(_ kinds: [FaultKind], _ place: PlatformPlace, _ http: HTTPClient) async throws
        -> Int32
    {
        try WholeFile.makeFolder(report)
        guard let program = PlatformStatus.program else {
            throw LoadFailure.noPlatform("the program todo is not beside this one; name it with TODO=PATH")
        }
        let work = Task {
            let observers = try await observers(program)
            let report = await rehearse(kinds, place, http, observers, program)
            await Task { await observers.end() }.value
            return report
        }
        let watcher = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { work.cancel() }
        }
        defer { watcher.cancel() }
        let outcome = try await work.value
        try WholeFile.write(Array(outcome.markdown.utf8), to: "\(report)/faults.md")
        Console.write("\n\(outcome.table)\nThe runbooks' output: \(report)/faults.md\n")
        return outcome.exitStatus
    }

    private func observers(_ program: String) async throws(LoadFailure) -> Observers {
        if let prometheus, let alertmanager {
            return Observers(prometheus: prometheus, alertmanager: alertmanager)
        }
        Console.error("Prometheus and Alertmanager start beside the platform")
        return try await Observers(
            repository: Self.repository, data: data, program: program, portBase: observersPort,
            windowScale: windowScale, log: "\(report)/observers.log")
    }

    private func rehearse(
        _ kinds: [FaultKind], _ place: PlatformPlace, _ http: HTTPClient, _ observers: Observers,
        _ program: String
    ) async -> RehearsalReport {
        var report = RehearsalReport(outcomes: [])
        for kind in kinds where !Task.isCancelled {
            do throws(LoadFailure) {
                let rehearsal = Rehearsal(
                    kind: kind, fault: try fault(kind, place, http),
                    watch: AlertWatch(alertmanager: observers.alertmanager, http: http),
                    runbook: try Runbook(kind.alert.name, repository: Self.repository),
                    surface: try surface(place, observers, program), load: try loadArguments(kind),
                    folder: self.report, say: { Console.error($0) })
                report.outcomes.append(await rehearsal.carryOut())
            } catch {
                report.outcomes.append(.init(kind: kind, failure: error.description))
            }
        }
        return report
    }

    private func surface(_ place: PlatformPlace, _ observers: Observers, _ program: String)
        throws(LoadFailure)
        -> Runbook.Surface
    {
        let admin = place.processes["gateway"]?.addresses["admin"] ?? ""
        guard let port = admin.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw .noPlatform("the gateway's admin port is not known")
        }
        return .init(data: data, adminPort: port, prometheus: observers.prometheus, program: program)
    }

    /// The load is another process of this program: its own report must not be mixed with ours.
    private func loadArguments(_ kind: FaultKind) throws(LoadFailure) -> [String] {
        let own = CommandLine.arguments.first ?? "todo-load"
        return ["/proc/self/exe".resolved ?? own, "run", "--data", data] + kind.load + [
            "--duration", "30m", "--warm-up", "1s", "--drain", "1s", "--no-checks", "--report",
            "\(report)/\(kind.rawValue)",
        ]
    }

    private static let repository = String(#filePath.dropLast("/loadtest/Faults/FaultsCommand.swift".count))
}
