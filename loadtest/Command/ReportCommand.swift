import ArgumentParser

/// `todo-load report`
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Makes the pages of a report anew from its report.json.")

    @Argument(help: "A folder with a report, or its report.json.") var source = ".build/load"
    @Option(help: "Where the pages go (default: beside it).") var into: String?

    func run() async throws {
        let report = try ReportJSON.read(source)
        let beside = source.hasSuffix(".json") ? source.split(separator: "/").dropLast() : []
        let folder =
            into
            ?? (source.hasSuffix(".json")
                ? (source.hasPrefix("/") ? "/" : "") + beside.joined(separator: "/") : source)
        try ReportFiles(folder: folder.isEmpty ? "." : folder).write(report)
        Console.write(SummaryText(report, folder: folder).text)
    }
}
