import ArgumentParser

/// `todo-load compare`
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Says whether a run was slower than an earlier one.",
        discussion: "Exit status: 0 when it was not, 1 when it was, 2 when they cannot be compared.")

    @Argument(help: "The earlier report: its folder, or its report.json.") var base: String
    @Argument(help: "The later one.") var later: String = ".build/load"
    @Option(help: "How much slower counts, in percent of the earlier p95.") var tolerance = 10.0

    func run() async throws {
        guard tolerance >= 0, tolerance.isFinite else {
            throw LoadFailure.misuse("--tolerance must not be negative")
        }
        let comparison = try RunComparison(
            base: try ReportJSON.read(base), later: try ReportJSON.read(later), tolerance: tolerance / 100)
        Console.write(comparison.text + "\n")
        throw ExitCode(comparison.isSlower ? 1 : 0)
    }
}
