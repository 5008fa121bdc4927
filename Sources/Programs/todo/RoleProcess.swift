import ArgumentParser
import FoundationEssentials
import Glibc
import Postgres
import ServiceKit
import Supervisor

/// Runs one role, and says in one line why it cannot.
struct RoleProcess {
    let role: ServiceRole

    func run(arguments: [String]) async {
        guard arguments.isEmpty else {
            let wantsHelp = arguments.contains("--help") || arguments.contains("-h")
            wantsHelp
                ? describe()
                : complain("\(role.name) takes no arguments: it is configured by the environment")
            exit(wantsHelp ? 0 : 64)
        }
        do {
            try await ServiceRunner(role: role, environment: ProcessInfo.processInfo.environment).run()
        } catch {
            complain("\(role.name): \(busyPort(error) ?? String(describing: error))")
            // EX_CONFIG: whoever supervises us need not try again.
            exit(isConfigurationMistake(error) ? 78 : 1)
        }
    }

    private func isConfigurationMistake(_ error: any Error) -> Bool {
        if case .configuration? = error as? PostgresError { return true }
        return error is ConfigurationError
    }

    /// Who holds the port that could not be bound, where that can be known; nil for every other error.
    private func busyPort(_ error: any Error) -> String? {
        guard String(describing: error).contains("errno: \(EADDRINUSE)") else { return nil }
        let settings = Settings(environment: ProcessInfo.processInfo.environment)
        let ports = role.keys.filter(\.isOwnPort).compactMap { key in
            (try? settings.integer(key)).map { (port: $0, setting: key.name) }
        }
        return PortConflict.explain(ports)
    }

    private func describe() {
        print("todo \(role.name): \(role.summary)\n\nSettings (environment variables):\n")
        let settings = Settings(environment: ProcessInfo.processInfo.environment)
        print(ConfigurationReport(keys: role.keys, settings: settings).table)
    }

    private func complain(_ line: String) {
        StandardError.say("todo: \(line)")
    }
}

extension ConfigurationKey {
    /// A port that the process itself listens on.
    fileprivate var isOwnPort: Bool { name.hasPrefix("TODO_") && name.hasSuffix("PORT") }
}
