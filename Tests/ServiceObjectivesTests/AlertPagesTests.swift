import Foundation
import ServiceObjectives
import Telemetry
import TestSupport
import Testing

/// Alerts, their pages, their tests and the metrics they look at hold together.
struct AlertPagesTests {
    struct Alert: Hashable {
        let name: String
        let file: String
    }

    private func alerts() throws -> Set<Alert> {
        var found: Set<Alert> = []
        for file in Repository.names(in: "prometheus/rules", ending: ".yml") {
            for line in try Repository.text("prometheus/rules/\(file)").split(separator: "\n") {
                guard let match = line.firstMatch(of: #/^ +- alert: (\w+)$/#) else { continue }
                found.insert(Alert(name: String(match.1), file: file))
            }
        }
        return found
    }

    @Test func `every alert has a page, and every page an alert`() throws {
        let pages = Repository.names(in: "docs/runbooks", ending: ".md").filter { $0 != "README.md" }
        let names = Set(try alerts().map(\.name))
        #expect(names.count > 20)
        #expect(Set(pages.map { String($0.dropLast(3)) }) == names)
        let index = try Repository.text("docs/runbooks/README.md")
        for name in names { #expect(index.contains("[\(name)](\(name).md)"), "\(name)") }
    }

    @Test func `every alert names its own page`() throws {
        for file in Repository.names(in: "prometheus/rules", ending: ".yml") {
            let text = try Repository.text("prometheus/rules/\(file)")
            for part in text.components(separatedBy: "- alert: ").dropFirst() {
                let name = part.prefix { $0.isLetter }
                #expect(part.contains("docs/runbooks/\(name).md"), "\(file): \(name)")
                #expect(part.firstMatch(of: #/severity: '?(page|ticket|none)'?/#) != nil, "\(file): \(name)")
                for annotation in ["summary:", "description:", "dashboard:"] {
                    #expect(part.contains(annotation), "\(file): \(name)")
                }
            }
        }
    }

    @Test func `every alert is tested: that it fires, and that it does not`() throws {
        for alert in try alerts() {
            let tests = try Repository.text(
                "prometheus/tests/\(alert.file.replacing(".yml", with: ".test.yml"))")
            let lines = tests.split(separator: "\n").map(String.init)
            let expectations = lines.indices.filter { lines[$0].contains("\"\(alert.name)\"") }
            #expect(!expectations.isEmpty, "\(alert.name)")
            let silent = expectations.filter {
                lines[($0 + 2)...].first?.contains("exp_samples: []") ?? false
            }
            #expect(expectations.count > silent.count, "\(alert.name) never fires in \(alert.file)")
            #expect(!silent.isEmpty || alert.name == "DeadMansSwitch", "\(alert.name) never keeps silent")
        }
    }

    @Test func `a page says what it means, what to type first, why, and how it ends`() throws {
        for page in Repository.names(in: "docs/runbooks", ending: ".md") where page != "README.md" {
            let text = try Repository.text("docs/runbooks/\(page)")
            for heading in ["What it means", "First three commands", "Likely causes", "How to end it"] {
                #expect(text.contains("\n## \(heading)\n"), "\(page): \(heading)")
            }
            #expect(try commands(of: page).count == 3, "\(page)")
        }
    }

    @Test(.enabled(if: Tools.has(Repository.path(".build/debug/todo")), "todo is not built"))
    func `commands of the pages exist`() async throws {
        var todo: Set<[String]> = []
        for page in Repository.names(in: "docs/runbooks", ending: ".md") where page != "README.md" {
            for command in try commands(of: page) {
                let words = command.split(separator: " ").map(String.init)
                #expect(
                    ["todo", "curl", "psql", "grep", "tail", "ls", "promtool"].contains(words[0]),
                    "\(page): \(command)")
                guard words[0] == "todo" else { continue }
                let path = words.dropFirst().prefix { $0.allSatisfy { $0.isLowercase } }
                todo.insert(Array(path == ["config", "tasks"] ? ["config"] : path))
            }
        }
        #expect(todo.contains(["events", "dlq", "list"]) && todo.contains(["trace"]))
        for path in todo {
            let run = try await ProgramRun.of([Repository.path(".build/debug/todo")] + path + ["--help"])
            #expect(run.status == 0 && run.output.contains("todo \(path.joined(separator: " "))"), "\(path)")
        }
    }

    private func commands(of page: String) throws -> [String] {
        let text = try Repository.text("docs/runbooks/\(page)")
        let block = text.components(separatedBy: "## First three commands\n\n```sh\n").last ?? ""
        return (block.components(separatedBy: "\n```").first ?? "").split(separator: "\n").map(String.init)
    }

    /// Made by others, or not made yet: alerts on them are silent where they are not.
    private static let elsewhere: Set<String> = [
        "up", "kafka_consumergroup_lag", "kafka_consumergroup_current_offset",
        "prometheus_rule_evaluation_failures_total",
        "todo_reminders_total", "todo_reminder_oldest_overdue_seconds",
        "gen_ai_execute_tool_duration_seconds", "gen_ai_client_operation_duration_seconds",
    ]

    @Test func `rules look at metrics that are made`() throws {
        let known = Set(MetricCatalogue.all.map(\.prometheusName)).union(Self.elsewhere)
        var seen: Set<String> = []
        for file in Repository.names(in: "prometheus/rules", ending: ".yml") {
            for name in try metrics(in: Repository.text("prometheus/rules/\(file)")) {
                seen.insert(name)
                #expect(known.contains(name), "\(file): \(name)")
            }
        }
        #expect(seen.contains("http_server_request_duration_seconds"))
        #expect(seen.contains("todo_outbox_oldest_pending_age_seconds"))
    }

    /// Names outside of braces, groupings and texts, without what a histogram adds.
    private func metrics(in rules: String) throws -> Set<String> {
        let prose = ["summary:", "description:", "runbook:", "dashboard:", "interval:", "name:", "#"]
        let expressions = rules.split(separator: "\n").filter { line in !prose.contains { line.contains($0) }
        }
        let stripped = expressions.joined(separator: "\n")
            .replacing(#/\{[^}]*\}/#, with: "")
            .replacing(#/\b(by|on|ignoring|without) \([^)]*\)/#, with: "")
        let words = stripped.matches(of: #/[a-z][a-z0-9_:]*/#).map { String($0.0) }
        let names = words.filter { word in
            (word == "up" || word.contains("_")) && !word.contains(":") && !Self.functions.contains(word)
        }
        return Set(names.map { $0.replacing(#/_(bucket|count|sum)$/#, with: "") })
    }

    private static let functions: Set<String> = [
        "clamp_min", "sum_over_time", "min_over_time", "histogram_quantile", "burnrate_tier",
    ]
}
