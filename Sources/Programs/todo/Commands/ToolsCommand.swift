import ArgumentParser
import Assistant
import FoundationEssentials

/// Prints the tools of the assistant, from the same list that calls are checked against.
struct ToolsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tools", abstract: "Print the tools of the assistant with their schemas.")

    @Flag(help: "Print them as clients list them.")
    var json = false

    @Option(help: ArgumentHelp("Write tools.md.", valueName: "folder"))
    var write: String?

    func run() throws {
        guard let write else {
            return print(json ? ToolReference.json : ToolReference.page, terminator: "")
        }
        do {
            try Data(ToolReference.page.utf8).write(to: URL(filePath: "\(write)/tools.md"), options: .atomic)
        } catch {
            throw ValidationError("\(write)/tools.md cannot be written")
        }
    }
}
