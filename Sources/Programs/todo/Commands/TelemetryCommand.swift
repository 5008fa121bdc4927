import ArgumentParser
import FoundationEssentials
import ServiceKit

/// Tells what the platform measures.
struct TelemetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "telemetry", abstract: "Tell what the platform measures.",
        subcommands: [TelemetryCatalogueCommand.self])
}

/// Prints the catalogues of metrics and spans, which tests hold against the running platform.
struct TelemetryCatalogueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue",
        abstract: "Print every metric and every kind of span, with labels, bounds and attributes.",
        discussion: "As Markdown unless told otherwise; metrics unless told otherwise.")

    @Flag(help: "Print the metrics.")
    var metrics = false

    @Flag(help: "Print the spans.")
    var spans = false

    @Flag(help: "Print the page of docs/.")
    var markdown = false

    @Flag(help: "Print JSON.")
    var json = false

    @Option(help: ArgumentHelp("Write metrics.md and spans.md.", valueName: "folder"))
    var write: String?

    func validate() throws {
        guard !(metrics && spans) else { throw ValidationError("choose --metrics or --spans") }
        guard !(markdown && json) else { throw ValidationError("choose --markdown or --json") }
        guard write == nil || !(metrics || spans || markdown || json) else {
            throw ValidationError("--write goes alone: it writes both pages")
        }
    }

    func run() throws {
        if let write { return try writePages(below: write) }
        let subject = spans ? "spans" : "metrics"
        let text = json ? TelemetryCatalogue.json(subject) : TelemetryCatalogue.markdown(subject)
        print(text, terminator: "")
    }

    private func writePages(below folder: String) throws {
        do {
            for subject in TelemetryCatalogue.subjects {
                try Data(TelemetryCatalogue.markdown(subject).utf8).write(
                    to: URL(filePath: "\(folder)/\(subject).md"), options: .atomic)
            }
        } catch {
            throw ValidationError("\(folder) cannot be written to")
        }
    }
}
