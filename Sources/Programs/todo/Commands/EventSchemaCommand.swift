import ArgumentParser
import FoundationEssentials
import TodoDomain

/// Prints what events look like, from the same catalogue that consumers check them against.
struct EventSchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the schemas of events: all types, one JSON Schema, or a document of all of them.",
        discussion:
            "Without an option: one line for each type, with its topic and whether it is published yet.")

    @Flag(help: "Print the AsyncAPI 3.0 document.")
    var asyncapi = false

    @Flag(help: "Print the tables of docs/events.md.")
    var markdown = false

    @Option(help: ArgumentHelp("Print the JSON Schema of a type's data.", valueName: "type"))
    var jsonSchema: String?

    @Option(help: ArgumentHelp("Print a whole event of a type.", valueName: "type"))
    var example: String?

    @Option(
        help: ArgumentHelp("Write asyncapi.json, schemas/ and the tables of events.md.", valueName: "folder"))
    var write: String?

    func validate() throws {
        let chosen = [asyncapi, markdown, jsonSchema != nil, example != nil, write != nil].filter(\.self)
        guard chosen.count <= 1 else { throw ValidationError("choose one of the options") }
        for type in [jsonSchema, example].compactMap(\.self) where EventCatalogue.platform[type] == nil {
            throw ValidationError("there is no event type \(type); `todo events schema` lists them")
        }
    }

    func run() throws {
        let documents = EventDocuments()
        if asyncapi {
            print(documents.asyncAPI, terminator: "")
        } else if markdown {
            print(documents.markdown, terminator: "")
        } else if let definition = jsonSchema.flatMap({ EventCatalogue.platform[$0] }) {
            print(definition.jsonSchemaDocument.pretty, terminator: "")
        } else if let definition = example.flatMap({ EventCatalogue.platform[$0] }) {
            print(definition.exampleEvent.pretty, terminator: "")
        } else if let write {
            try writeAll(documents, below: write)
        } else {
            for definition in EventCatalogue.platform.definitions {
                print(
                    definition.type.padded(to: 44) + definition.topic.padded(to: 22)
                        + definition.standing.rawValue)
            }
        }
    }

    private func writeAll(_ documents: EventDocuments, below folder: String) throws {
        let page: String
        do {
            page = try String(contentsOfFile: "\(folder)/events.md", encoding: .utf8)
        } catch {
            throw ValidationError(
                "\(folder)/events.md cannot be read; the folder must be the repository's docs")
        }
        let files: [EventDocuments.File]
        do {
            files = try documents.files(eventsPage: page)
        } catch {
            throw ValidationError("\(folder)/events.md has no marks around its generated part")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/schemas", withIntermediateDirectories: true)
            for file in files {
                try Data(file.text.utf8).write(to: URL(filePath: "\(folder)/\(file.path)"), options: .atomic)
            }
        } catch {
            throw ValidationError("\(folder) cannot be written to")
        }
    }
}
