import ArgumentParser
import EventFlow
import FoundationEssentials
import ServiceKit

/// Prints what each role reads from its environment.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print every setting of a role: its value, where that comes from, and what it means.",
        discussion: "Secrets are shown as set or not set, never with their value.")

    @Argument(help: "A role such as tasks; every role when left out.")
    var role: String?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if let role, !Roles.all.contains(where: { $0.name == role }) {
            let names = Roles.all.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no role \(role); the roles are \(names)")
        }
    }

    func run() async throws {
        let settings = Settings(environment: ProcessInfo.processInfo.environment)
        let roles = Roles.all.filter { role == nil || $0.name == role }
        var reports: [(String, ConfigurationReport)] = []
        for role in roles {
            let settings = await fetched(settings, for: role)
            reports.append((role.name, ConfigurationReport(keys: role.keys, settings: settings)))
        }
        if json {
            let lines = Dictionary(uniqueKeysWithValues: reports.map { ($0.0, $0.1.lines) })
            print(String(decoding: try WireJSON.encode(lines), as: UTF8.self))
        } else {
            for (name, report) in reports { print("\(name)\n\(report.table)") }
        }
    }

    /// A secret store that cannot be asked now must not keep anybody from seeing the rest.
    private func fetched(_ settings: Settings, for role: ServiceRole) async -> Settings {
        do {
            return try await SecretSettings(role: role, settings: settings, patience: .seconds(1)).resolved()
        } catch {
            StandardError.say("todo config: \(role.name): \(error)")
            return settings
        }
    }
}
