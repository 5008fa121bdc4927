import CurlHTTP
import Foundation
import TestSupport
import Testing

/// Who is told of what, by Debian's Alertmanager.
@Suite(.enabled(if: Tools.has(Tools.amtool), "alertmanager is not installed"))
struct AlertmanagerTests {
    private let file = Repository.path("prometheus/alertmanager.yml")

    @Test func `the configuration is valid`() async throws {
        let run = try await ProgramRun.of([Tools.amtool, "check-config", file])
        #expect(run.status == 0, "\(run.output)")
    }

    @Test(arguments: [
        ("pager", ["alertname=SLOErrorBudgetBurn", "severity=page", "slo=task-latency"]),
        ("tickets", ["alertname=SLOErrorBudgetBurn", "severity=ticket", "slo=task-latency"]),
        ("pager", ["alertname=OutboxEventsStuck", "severity=page", "job=tasks"]),
        ("dead-man", ["alertname=DeadMansSwitch", "severity=none"]),
        ("tickets", ["alertname=SomethingNew"]),
    ])
    func `an alert reaches its receiver`(receiver: String, labels: [String]) async throws {
        let run = try await ProgramRun.of(
            [
                Tools.amtool, "config", "routes", "test", "--config.file=\(file)",
                "--verify.receivers=\(receiver)",
            ] + labels)
        #expect(run.status == 0, "\(run.output)")
    }

    @Test(
        .enabled(if: Tools.has(Tools.alertmanager), "alertmanager is not installed"), .timeLimit(.minutes(2)))
    func `of one objective only the most urgent tier speaks, and a service that is gone silences its parts`()
        async throws
    {
        let server = try await AlertmanagerServer(configuration: file)
        defer { server.stop() }
        let burn = { (tier: String, slo: String) in
            ["alertname": "SLOErrorBudgetBurn", "burnrate_tier": tier, "slo": slo, "severity": "page"]
        }
        try await server.post([
            burn("fast", "task-latency"), burn("medium", "task-latency"), burn("trickle", "task-latency"),
            burn("medium", "event-latency"), burn("slow", "event-latency"), burn("trickle", "event-delivery"),
            ["alertname": "ServiceDown", "job": "tasks", "severity": "page"],
            ["alertname": "ProcessDown", "job": "tasks", "severity": "ticket"],
            ["alertname": "ProcessDown", "job": "audit", "severity": "ticket"],
            [
                "alertname": "DependencyDown", "job": "gateway", "dependency": "postgresql",
                "severity": "page",
            ],
            ["alertname": "ConnectionPoolExhausted", "job": "gateway", "severity": "page"],
            ["alertname": "ConnectionPoolExhausted", "job": "audit", "severity": "page"],
        ])
        let speaking = try await server.active(count: 12).sorted()
        #expect(
            speaking == [
                "ConnectionPoolExhausted audit", "DependencyDown gateway", "ProcessDown audit",
                "SLOErrorBudgetBurn event-delivery trickle", "SLOErrorBudgetBurn event-latency medium",
                "SLOErrorBudgetBurn task-latency fast", "ServiceDown tasks",
            ])
    }
}

/// An Alertmanager of its own, on a free port.
private struct AlertmanagerServer {
    private let program: ChildProgram
    private let folder: TemporaryFolder
    private let base: String
    private let http = HTTPClient()

    init(configuration: String) async throws {
        folder = try TemporaryFolder()
        let port = try FreePorts.one()
        base = "http://127.0.0.1:\(port)/api/v2"
        program = try ChildProgram([
            Tools.alertmanager, "--config.file=\(configuration)", "--storage.path=\(folder.path("data"))",
            "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=", "--log.level=error",
        ])
        while (try? await http.send(HTTPClientRequest("GET", "\(base)/status")))?.status != 200 {
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    func stop() {
        program.kill()
        folder.remove()
    }

    func post(_ alerts: [[String: String]]) async throws {
        let body = try JSONSerialization.data(withJSONObject: alerts.map { ["labels": $0] })
        let request = HTTPClientRequest(
            "POST", "\(base)/alerts", headers: ["Content-Type": "application/json"], body: Array(body))
        let response = try await http.send(request)
        #expect(response.status == 200)
    }

    private struct Alert: Decodable {
        struct Status: Decodable { let state: String }
        let labels: [String: String]
        let status: Status
    }

    /// Those that are neither suppressed nor unprocessed, once all have been judged.
    func active(count: Int) async throws -> [String] {
        while true {
            let response = try await http.send(HTTPClientRequest("GET", "\(base)/alerts"))
            let alerts = try JSONDecoder().decode([Alert].self, from: Data(response.body))
            let judged = alerts.filter { $0.status.state != "unprocessed" }
            if judged.count == count {
                return judged.filter { $0.status.state == "active" }.map { alert in
                    ["alertname", "job", "slo", "burnrate_tier"].compactMap { alert.labels[$0] }
                        .joined(separator: " ")
                }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
