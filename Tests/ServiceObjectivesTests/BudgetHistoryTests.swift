import CurlHTTP
import Foundation
import ServiceObjectives
import TestSupport
import Testing

/// Thirty days of history in a real Prometheus: what the rules say of the budget is what arithmetic says.
@Suite(.enabled(if: Tools.has(Tools.prometheus) && Tools.has(Tools.promtool), "prometheus is not installed"))
struct BudgetHistoryTests {
    /// Events per second and the share of bad ones, hour by hour, so that bad hours have little traffic: an average
    /// of ratios would be far off.
    private struct Hour {
        let total: Double
        let bad: Double
    }

    private static let hours = (0..<(31 * 24)).map { hour -> Hour in
        let isNight = hour % 24 < 8
        let isOutage = hour >= 216 && hour < 222
        let total = isNight ? 1.0 : 40
        return Hour(total: total, bad: isOutage ? total / 2 : total * 0.0004)
    }

    /// The two recorded series, as far back as the period reaches, one sample every two minutes.
    private func history(of objective: ServiceObjective, until end: Int) -> String {
        let labels = "{slo=\"\(objective.name)\",service=\"\(objective.service)\"}"
        var lines = ""
        for (name, value) in [("slo:events:rate5m", \Hour.total), ("slo:events_bad:rate5m", \Hour.bad)] {
            lines += "# TYPE \(name) gauge\n"
            for (index, hour) in Self.hours.enumerated() {
                let start = end - (Self.hours.count - index) * 3600
                for step in 0..<30 {
                    lines += "\(name)\(labels) \(hour[keyPath: value]) \(start + step * 120)\n"
                }
            }
        }
        return lines
    }

    @Test(.timeLimit(.minutes(3)))
    func `the budget that is left equals the analytic result on 30 days of history`() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let objective = try #require(try Repository.objectives()["api-availability"])
        // Ends a little before now: nobody measures anything meanwhile.
        let end = Int(Date().timeIntervalSince1970) / 120 * 120
        try folder.write(history(of: objective, until: end) + "# EOF\n", to: "history.txt")
        let filled = try await ProgramRun.of(
            [
                Tools.promtool, "tsdb", "create-blocks-from", "openmetrics",
                "--max-block-duration=720h", folder.path("history.txt"), folder.path("data"),
            ])
        #expect(filled.status == 0, "\(filled.output)")

        let server = try PrometheusServer(folder: folder, objective: objective)
        defer { server.stop() }
        let left = try await server.value(of: "slo:period_error_budget_remaining:ratio")

        let period = Self.hours.suffix(30 * 24)
        let share = period.map(\.bad).reduce(0, +) / period.map(\.total).reduce(0, +)
        let expected = 1 - share / 0.001
        // An hour at either edge of the period is a matter of seconds; its share is far below a thousandth.
        #expect(abs(left - expected) < 0.001, "\(left) instead of \(expected)")
        #expect(expected > 0.3 && expected < 0.6)
        // An average of ratios would have spent everything several times over.
        let average = period.map { $0.bad / $0.total }.reduce(0, +) / Double(period.count)
        #expect(1 - average / 0.001 < -1)

        let burn = try await server.value(of: "slo:period_burn_rate:ratio")
        #expect(abs(burn - share / 0.001) < 0.001)
        let seconds = try await server.value(of: "slo:error_budget_exhaustion:seconds")
        #expect(abs(seconds / (left * 30 * 86_400 / 0.4) - 1) < 0.01)
        print("budget left: \(left), by arithmetic \(expected)")
    }
}

/// A Prometheus with the rules of one objective, evaluated every second, on a free port.
private struct PrometheusServer {
    private let program: ChildProgram
    private let base: String
    private let http = HTTPClient()

    init(folder: TemporaryFolder, objective: ServiceObjective) throws {
        let file = try #require(
            ServiceObjectives(periodDays: 30, objectives: [objective]).ruleFiles().first)
        let quick = file.text.replacing(#/interval: \w+/#, with: "interval: 1s")
        // Only the history speaks here: nothing is scraped, so the rates themselves would record nothing.
        try folder.write(quick, to: file.name)
        try folder.write("rule_files: [\(file.name)]\n", to: "prometheus.yml")
        let port = try FreePorts.one()
        base = "http://127.0.0.1:\(port)"
        program = try ChildProgram([
            Tools.prometheus, "--config.file=\(folder.path("prometheus.yml"))",
            "--storage.tsdb.path=\(folder.path("data"))", "--storage.tsdb.retention.time=60d",
            "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
        ])
    }

    func stop() { program.kill() }

    private struct Answer: Decodable {
        struct Content: Decodable { let result: [Series] }
        struct Series: Decodable { let value: [Sample] }
        let data: Content
    }

    private enum Sample: Decodable {
        case time(Double)
        case value(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .value(text)
            } else {
                self = .time(try container.decode(Double.self))
            }
        }
    }

    /// The value of a recorded series, as soon as it is there.
    func value(of series: String) async throws -> Double {
        while true {
            try await Task.sleep(for: .milliseconds(100))
            let url = "\(base)/api/v1/query?query=\(series.replacing(":", with: "%3A"))"
            guard let response = try? await http.send(HTTPClientRequest("GET", url)),
                let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)),
                case .value(let text)? = answer.data.result.first?.value.last, let value = Double(text)
            else { continue }
            return value
        }
    }
}
