import ArgumentParser
import FoundationEssentials
import Gateway

/// Prints the description of the public API, as `/openapi.json` answers it.
struct OpenAPICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Print the OpenAPI 3.1 document of the public API.")

    @Option(help: ArgumentHelp("Write openapi.json.", valueName: "folder"))
    var write: String?

    func run() throws {
        guard let write else { return print(Gateway.openAPI, terminator: "") }
        do {
            try Data(Gateway.openAPI.utf8).write(
                to: URL(filePath: "\(write)/openapi.json"), options: .atomic)
        } catch {
            throw ValidationError("\(write) cannot be written to")
        }
    }
}
