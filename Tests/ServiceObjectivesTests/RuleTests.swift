import Foundation
import TestSupport
import Testing

/// Debian's promtool and amtool judge what Prometheus and Alertmanager are given.
@Suite(.enabled(if: Tools.has(Tools.promtool), "promtool is not installed"))
struct RuleTests {
    /// A file with the unit tests of one file of rules; each takes some seconds.
    struct TestFile: CustomTestStringConvertible, Sendable {
        let name: String
        var testDescription: String { name }
        static let all = Repository.names(in: "prometheus/tests", ending: ".test.yml").map(Self.init)
    }

    @Test(arguments: TestFile.all)
    func `rules do what their tests say`(file: TestFile) async throws {
        let run = try await ProgramRun.of(
            [Tools.promtool, "test", "rules", file.name], in: Repository.path("prometheus/tests"))
        #expect(run.status == 0, "\(run.output)")
        print("\(file.name): \(run.duration.formatted(.units(fractionalPart: .show(length: 1))))")
    }

    @Test func `every file of rules has tests, and every test its rules`() {
        let rules = Repository.names(in: "prometheus/rules", ending: ".yml").map { $0.dropLast(4) }
        let tests = TestFile.all.map { $0.name.dropLast(".test.yml".count) }
        #expect(rules == tests)
    }

    @Test func `promtool finds nothing to complain about`() async throws {
        let rules = Repository.names(in: "prometheus/rules", ending: ".yml").map { "rules/\($0)" }
        let folder = Repository.path("prometheus")
        let check = try await ProgramRun.of(
            [Tools.promtool, "check", "rules", "--lint=all", "--lint-fatal"] + rules, in: folder)
        #expect(check.status == 0, "\(check.output)")
        let config = try await ProgramRun.of(
            [Tools.promtool, "check", "config", "--lint=all", "--lint-fatal", "prometheus.yml"], in: folder)
        #expect(config.status == 0, "\(config.output)")
    }

    @Test func `a rule that no longer fires fails its test`() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        for kind in ["rules", "tests"] {
            try FileManager.default.createDirectory(
                atPath: folder.path(kind), withIntermediateDirectories: true)
        }
        let rules = try Repository.text("prometheus/rules/resources.yml")
        #expect(rules.contains("> 0.8"))
        try folder.write(rules.replacing("> 0.8", with: "> 0.9"), to: "rules/resources.yml")
        try folder.write(
            Repository.text("prometheus/tests/resources.test.yml"), to: "tests/resources.test.yml")
        let run = try await ProgramRun.of(
            [Tools.promtool, "test", "rules", folder.path("tests/resources.test.yml")])
        #expect(run.status == 1)
        #expect(run.output.contains("FileDescriptorsRunningOut"))
    }
}
