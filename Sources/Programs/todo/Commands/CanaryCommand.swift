import ArgumentParser
import Canary
import CurlHTTP
import FoundationEssentials
import ServiceKit
import Supervisor

/// Uses the platform as a person would, and tells how it went.
struct CanaryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "canary",
        abstract: "Be a user who writes, waits for the event, reads and deletes, and show how it goes.",
        discussion: """
            Runs round after round and shows the results as metrics, or with --once makes one round, prints it and \
            exits with 1 when it failed. Without --url the platform of the data folder is meant; elsewhere \
            \(Canary.Keys.email.name) and \(Canary.Keys.password.name) name the account, and \
            \(Canary.Keys.url.name), \(Canary.Keys.interval.name) and \(Canary.Keys.patience.name) do what the flags do.
            """)

    @OptionGroup var platform: PlatformFlags

    @Option(help: "The public address of a platform elsewhere.")
    var url: String?

    @Flag(help: "One round, printed.")
    var once = false

    @Option(help: "Seconds from the start of a round to the next one.")
    var every: Int?

    @Option(help: "Seconds that each step of a round may take.")
    var timeout: Int?

    @Option(help: ArgumentHelp("Where the metrics are shown.", valueName: "host:port"))
    var listen: String?

    func validate() throws {
        if let every, !(1...86_400).contains(every) {
            throw ValidationError("--every must be from 1 to 86400")
        }
        if let timeout, !(1...300).contains(timeout) {
            throw ValidationError("--timeout must be from 1 to 300")
        }
        if listen != nil, address == nil { throw ValidationError("--listen must be host:port") }
    }

    func run() async throws {
        do {
            let environment = try settings()
            if once {
                try await printRound(Settings(environment: environment))
            } else {
                try await ServiceRunner(role: Canary.role, environment: environment).run()
            }
        } catch let error where !(error is ExitCode || error is CancellationError) {
            StandardError.say("todo canary: \(error)")
            throw ExitCode(1)
        }
    }

    private var address: (host: String, port: Int)? {
        guard let listen, let colon = listen.lastIndex(of: ":"), colon != listen.startIndex,
            let port = Int(listen[listen.index(after: colon)...]), (1...65_535).contains(port)
        else { return nil }
        return (String(listen[..<colon]), port)
    }

    /// The settings: the environment, what the platform of the folder says, and the flags, each before the last.
    private func settings() throws -> [String: String] {
        var found = ProcessInfo.processInfo.environment
        // It makes no spans, and nobody waits for its log lines elsewhere.
        if found["OTEL_TRACES_EXPORTER"] == nil { found["OTEL_TRACES_EXPORTER"] = "none" }
        if let url {
            found[Canary.Keys.url.name] = url
        } else if found[Canary.Keys.url.name] == nil {
            guard let descriptor = try PlatformDescriptor.load(dataFolder: platform.data),
                let gateway = descriptor.address("gateway")
            else { throw OperatorClient.Failure.noPlatform(platform.data) }
            found[Canary.Keys.url.name] = gateway
        }
        if found[Canary.Keys.password.name] == nil, url == nil {
            found[Canary.Keys.password.name] = try CanaryAccount.password(dataFolder: platform.data)
        }
        if let every { found[Canary.Keys.interval.name] = String(every * 1000) }
        if let timeout { found[Canary.Keys.patience.name] = String(timeout * 1000) }
        if let address {
            found[FrameKeys.host.name] = address.host
            found[Canary.role.adminPort.name] = String(address.port)
        }
        return found
    }

    private func printRound(_ settings: Settings) async throws {
        let target = CanaryTarget(
            url: try settings.string(Canary.Keys.url), email: try settings.string(Canary.Keys.email),
            password: try settings.string(Canary.Keys.password),
            patience: try settings.duration(Canary.Keys.patience))
        let http = HTTPClient()
        var canary = Canary(target, http: http)
        let report = await canary.round()
        await canary.leave()
        await http.close()
        for step in report.steps {
            let time =
                "\(step.duration.components.seconds * 1000 + step.duration.components.attoseconds / 1_000_000_000_000_000) ms"
            StandardOutput.line(
                "\(step.trouble == nil ? "✓" : "✗") \(step.step.rawValue.padded(to: 8)) \(time.padded(to: 9))"
                    + (step.trouble.map { "\($0)" } ?? ""))
        }
        guard report.isGood else { throw ExitCode(1) }
    }
}
