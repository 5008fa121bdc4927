import Foundation
import TestSupport
import Testing

/// Dashboards are what their generator says, what Grafana can read, and what its linter asks for.
@Suite(.enabled(if: Tools.has(Tools.python), "scripts/install-python.sh was not run"))
struct DashboardTests {
    private static let files = Repository.names(in: "grafana/dashboards", ending: ".json")

    private func check(_ paths: [String]) async throws -> ProgramRun {
        try await ProgramRun.of(
            [Tools.python, Repository.path("scripts/check-dashboards.py")] + paths)
    }

    @Test func `the checked-in dashboards are what their generator makes`() async throws {
        let run = try await ProgramRun.of(
            [Tools.python, Repository.path("grafana/make-dashboards.py"), "--check"])
        #expect(run.status == 0, "\(run.output)")
        #expect(Self.files.count >= 3)
    }

    @Test func `Grafana's schema and the linter's rules find nothing to complain about`() async throws {
        let run = try await check(Self.files.map { Repository.path("grafana/dashboards/\($0)") })
        #expect(run.status == 0, "\(run.output)")
    }

    @Test(arguments: [
        ("\"graphMode\"", "\"graphmode\"", "is not known to Grafana"),
        ("\"legendFormat\"", "\"legendFormt\"", "is not known to Grafana"),
        ("\"gridPos\"", "\"gridpos\"", "is not known to Grafana"),
        ("\"editable\": false", "\"editable\": true", "must not be editable"),
        ("\"unit\": \"percentunit\"", "\"unit\": \"percents\"", "has no known unit"),
        ("\"uid\": \"${datasource}\"", "\"uid\": \"prometheus\"", "tied to one data source"),
    ])
    func `a mistake is found`(text: String, mistake: String, complaint: String) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let dashboard = try Repository.text("grafana/dashboards/todo-slo.json")
        #expect(dashboard.contains(text))
        try folder.write(dashboard.replacing(text, with: mistake), to: "todo-slo.json")
        let run = try await check([folder.path("todo-slo.json")])
        #expect(run.status != 0)
        #expect(run.output.contains(complaint), "\(run.output)")
    }

    @Test func `every query of every panel and annotation is PromQL`() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var rules = "groups:\n  - name: panels\n    rules:\n"
        for file in Self.files {
            let text = try Repository.text("grafana/dashboards/\(file)")
            for match in text.matches(of: #/"expr": ("(?:[^"\\]|\\.)*")/#) {
                let query = try JSONDecoder().decode(String.self, from: Data(match.1.utf8))
                    .replacing("$__rate_interval", with: "1m").replacing(#/\$[a-z_]+/#, with: ".+")
                let quoted = query.replacing("'", with: "''")
                rules += "      - record: panel\n        expr: '\(quoted)'\n"
            }
        }
        try folder.write(rules, to: "panels.yml")
        let run = try await ProgramRun.of(
            [Tools.promtool, "check", "rules", "--lint=none", folder.path("panels.yml")])
        #expect(run.status == 0, "\(run.output)")
        #expect(rules.split(separator: "\n").count > 80)
    }
}
