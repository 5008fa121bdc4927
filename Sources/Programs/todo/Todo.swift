// The one binary. `todo <role>` runs a service; the other commands work on a whole platform.
//
// Roles are kept apart from the commands: a service is started by machines, with an environment and no flags, and
// its start must not depend on how people's flags are parsed.

import ArgumentParser
import Glibc
import ServiceKit

@main
struct Todo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "todo",
        abstract: "A todo platform whose every write, event and tool call forms one span tree.",
        discussion: """
            Services, each a process of its own (settings come from the environment; see `todo config`):
            \(Roles.all.map { "  \($0.name.padded(to: 14))\($0.summary)" }.joined(separator: "\n"))
            """,
        version: "0.1.0",
        subcommands: platformCommands + [
            MigrateCommand.self, ConfigCommand.self, TraceCommand.self, EventsCommand.self,
            TelemetryCommand.self,
            SloCommand.self, OpenAPICommand.self, ToolsCommand.self, CanaryCommand.self,
        ])

    #if LocalTools
        private static let platformCommands: [any ParsableCommand.Type] = [
            UpCommand.self, DownCommand.self, StatusCommand.self, KeysCommand.self,
        ]
    #else
        private static let platformCommands: [any ParsableCommand.Type] = []
    #endif

    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let name = arguments.first, let role = Roles.all.first(where: { $0.name == name }) {
            await RoleProcess(role: role).run(arguments: Array(arguments.dropFirst()))
        } else {
            await main(arguments)
        }
    }
}

extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
