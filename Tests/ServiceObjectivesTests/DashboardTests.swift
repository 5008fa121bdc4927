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
        #expect(Self.files.count == 10)
    }

    @Test func `schema, linter, catalogue and the recorded series find nothing to complain about`()
        async throws
    {
        let fixture = Repository.path("grafana/fixtures/production.series")
        let run = try await check(
            ["--fixture", fixture] + Self.files.map { Repository.path("grafana/dashboards/\($0)") })
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("questions about the fixture"))
    }

    @Test(arguments: [
        ("slo", "\"graphMode\"", "\"graphmode\"", "is not known to Grafana"),
        ("slo", "\"legendFormat\"", "\"legendFormt\"", "is not known to Grafana"),
        ("slo", "\"gridPos\"", "\"gridpos\"", "is not known to Grafana"),
        ("red", "\"cellGap\"", "\"cellgap\"", "is not known to Grafana"),
        ("slo", "\"editable\": false", "\"editable\": true", "must not be editable"),
        ("slo", "\"unit\": \"percentunit\"", "\"unit\": \"percents\"", "has no known unit"),
        ("slo", "\"uid\": \"${datasource}\"", "\"uid\": \"prometheus\"", "tied to one data source"),
        ("runtime", "process_threads", "process_thread", "process_thread is not in docs/metrics.md"),
        ("red", "http_route=~", "route=~", "http_server_request_duration_seconds_bucket has no label route"),
        ("events", "by (stage)", "by (phase)", "nothing here has the label phase"),
        ("events", "kafka_consumergroup_lag", "kafka_group_lag", "kafka_group_lag is not in docs/metrics.md"),
        (
            "runtime", "process_threads{job=~\\\"$job\\\", ", "process_threads{",
            "does not narrow by the service"
        ),
    ])
    func `a mistake is found`(name: String, text: String, mistake: String, complaint: String) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let dashboard = try Repository.text("grafana/dashboards/todo-\(name).json")
        #expect(dashboard.contains(text))
        try folder.write(dashboard.replacing(text, with: mistake), to: "todo-\(name).json")
        let run = try await check([folder.path("todo-\(name).json")])
        #expect(run.status != 0)
        #expect(run.output.contains(complaint), "\(run.output)")
    }

    @Test(arguments: [
        (
            "`todo_outbox_pending_events`", "`todo_outbox_waiting_events`",
            "todo_outbox_pending_events is not in"
        ),
        ("`stage`", "`part`", "nothing here has the label stage"),
    ])
    func `a metric that is renamed or loses a label breaks its panels`(
        text: String, change: String, complaint: String
    ) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let catalogue = try Repository.text("docs/metrics.md")
        #expect(catalogue.contains(text))
        try folder.write(catalogue.replacing(text, with: change), to: "metrics.md")
        let run = try await check([
            "--catalogue", folder.path("metrics.md"), Repository.path("grafana/dashboards/todo-events.json"),
        ])
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
                    .replacing("$__rate_interval", with: "1m").replacing("$__range", with: "1m").replacing(
                        #/\$[a-z_]+/#, with: ".+")
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
