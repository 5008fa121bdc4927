import ArgumentParser
import FoundationEssentials
import Glibc
import ServiceKit

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
            complain("\(role.name): \(error)")
            exit(1)
        }
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
