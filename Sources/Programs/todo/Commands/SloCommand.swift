import ArgumentParser
import FoundationEssentials
import ServiceObjectives

/// Works on what the platform promises.
struct SloCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slo", abstract: "Work on the service objectives (SLOs) of loadtest/slo.json.",
        subcommands: [SloRulesCommand.self])
}

/// Writes the rules of Prometheus for all objectives, or says whether they are up to date.
struct SloRulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Write the recording rules and burn-rate alerts of every objective.",
        discussion: """
            Files slo-<name>.yml are written to rules/ below the folder; those of objectives that are gone are \
            removed. With --window-scale 0.02 an hour becomes 72 seconds: for rehearsals of alerts, never for \
            production.
            """)

    @Option(help: ArgumentHelp("The objectives.", valueName: "file"))
    var file = "loadtest/slo.json"

    @Option(help: ArgumentHelp("Where rules/ is, or will be.", valueName: "folder"))
    var out = "prometheus"

    @Flag(help: "Write nothing; exit with 1 when a file is missing, different or left over.")
    var check = false

    @Option(help: ArgumentHelp("Multiply all windows by this, for rehearsals.", valueName: "factor"))
    var windowScale = 1.0

    func run() throws {
        let rules: [RuleFile]
        do {
            rules = try objectives().ruleFiles(windows: BurnRateWindows(scale: windowScale))
        } catch let error as ServiceObjectivesError {
            throw ValidationError(error.description)
        }
        let folder = GeneratedRules(folder: "\(out)/rules")
        let stale = folder.differences(from: rules)
        if check {
            for line in stale { StandardOutput.line(line) }
            guard stale.isEmpty else { throw ExitCode(1) }
            StandardOutput.line("\(rules.count) rule files are up to date")
            return
        }
        do {
            try folder.replace(by: rules)
        } catch {
            throw ValidationError("\(out)/rules cannot be written to")
        }
        StandardOutput.line("wrote \(rules.count) rule files to \(out)/rules")
    }

    private func objectives() throws -> ServiceObjectives {
        guard let json = FileManager.default.contents(atPath: file) else {
            throw ValidationError("\(file) cannot be read: name the file of objectives with --file")
        }
        return try ServiceObjectives(json: json)
    }
}

/// The generated files in a folder that also holds rules written by hand.
private struct GeneratedRules {
    let folder: String

    /// One line for each file that is not as it should be.
    func differences(from rules: [RuleFile]) -> [String] {
        let wrong = rules.compactMap { file -> String? in
            guard let found = FileManager.default.contents(atPath: "\(folder)/\(file.name)") else {
                return "\(folder)/\(file.name) is missing"
            }
            return Array(found) == Array(file.text.utf8)
                ? nil : "\(folder)/\(file.name) is out of date: run `todo slo rules`"
        }
        return wrong + leftOver(rules).map { "\(folder)/\($0) belongs to no objective" }
    }

    func replace(by rules: [RuleFile]) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for file in rules {
            try Data(file.text.utf8).write(to: URL(filePath: "\(folder)/\(file.name)"), options: .atomic)
        }
        for name in leftOver(rules) { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
    }

    private func leftOver(_ rules: [RuleFile]) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let known = Set(rules.map(\.name))
        return names.filter { $0.hasPrefix("slo-") && $0.hasSuffix(".yml") && !known.contains($0) }.sorted()
    }
}
