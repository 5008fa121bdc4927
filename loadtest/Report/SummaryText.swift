/// What a run says on a terminal when it is over.
struct SummaryText {
    let report: RunReport
    let folder: String

    init(_ report: RunReport, folder: String) {
        self.report = report
        self.folder = folder
    }

    var text: String {
        ([head] + [latencies, operations, events, objectives, checks, verdict]).filter { !$0.isEmpty }
            .joined(separator: "\n\n") + "\n"
    }

    private var head: String {
        let run = report.run
        let cut = run.isInterrupted ? " (interrupted)" : ""
        return
            "\(run.measuredSeconds.text(0)) s measured\(cut), \(run.users) users, \(report.requests.measured.grouped) requests, "
            + "\(report.requests.perSecond.text(1))/s, \(report.requests.failed) failed"
    }

    private var latencies: String {
        func line(_ name: String, _ p: RunReport.Percentiles) -> [String] {
            [name] + [p.p50, p.p90, p.p95, p.p99, p.p999, p.max].map(Self.milliseconds)
        }
        return Self.table([
            ["latency", "p50", "p90", "p95", "p99", "p99.9", "max"],
            line("from the plan", report.latency.corrected), line("naive", report.latency.naive),
            line("sent after the plan", report.latency.scheduleLag),
        ])
    }

    private var operations: String {
        Self.table(
            [["operation", "count", "/s", "p50", "p95", "p99", "max", "failed", "unexpected"]]
                + report.operations.map { operation in
                    let p = operation.corrected
                    return [
                        operation.name, operation.count.grouped, operation.perSecond.text(1),
                        Self.milliseconds(p.p50), Self.milliseconds(p.p95), Self.milliseconds(p.p99),
                        Self.milliseconds(p.max), String(operation.failed), String(operation.unexpected),
                    ]
                })
    }

    private var events: String {
        let events = report.events
        guard events.expected > 0 else { return "" }
        var lines = [
            "changes: \(events.arrived.grouped) of \(events.expected.grouped) arrived, \(events.missing) missing, "
                + "\(events.double) double\(events.gaps > 0 ? ", \(events.gaps) numbers left out" : ""); after the answer p50 \(Self.milliseconds(events.afterAnswer.p50)), "
                + "p99 \(Self.milliseconds(events.afterAnswer.p99))"
        ]
        let reminders = events.reminders
        if reminders.expected > 0 {
            lines.append(
                "reminders: \(reminders.arrived) of \(reminders.expected), \(reminders.early) early, p99 "
                    + "\(Self.milliseconds(reminders.lateness.p99)) late")
        }
        if events.followUps.count + events.followUpsMissing > 0 {
            lines.append(
                "next instances: \(events.followUps.count), \(events.followUpsMissing) missing, p99 "
                    + "\(Self.milliseconds(events.followUps.p99)) after the completion")
        }
        return lines.joined(separator: "\n")
    }

    private var objectives: String {
        Self.table(
            [["objective", "promised", "good", "of", "budget used", "", ""]]
                + report.objectives.map { objective in
                    guard objective.standing != "not judged" else {
                        return [
                            objective.name, objective.objective.percent, "–", "–", "–", "not judged",
                            objective.reason ?? "",
                        ]
                    }
                    return [
                        objective.name, objective.objective.percent, objective.share.percent,
                        objective.total.grouped, "\((objective.budgetUsed * 100).text(0)) %",
                        objective.standing, objective.detail,
                    ]
                })
    }

    private var checks: String {
        report.checks.map { check in
            var lines = ["check \(check.name): \(check.verdict). \(check.reason ?? check.summary)"]
            for finding in check.findings.prefix(5) {
                let place = finding.traceID.map { id in
                    "  \(report.run.traces.map { "\($0)/trace/" } ?? "")\(id)"
                }
                lines.append("    \(finding.text)\(place ?? "")")
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    private var verdict: String {
        let cut = report.run.isInterrupted ? ", as far as it came: it was interrupted" : ""
        let word =
            switch report.outcome.verdict {
            case .passed: "PASSED"
            case .missed: "MISSED"
            case .invalid: "INVALID: this run says nothing of the platform"
            }
        return
            ([word + cut] + report.outcome.reasons.map { "  - \($0)" } + ["report: \(folder)/report.html"])
            .joined(separator: "\n")
    }

    static func milliseconds(_ value: Double) -> String {
        // A report may come from anywhere.
        guard value.magnitude < 1e12 else { return "–" }
        return Duration.nanoseconds(Int64(value * 1e6)).short
    }

    /// Columns as wide as their widest cell; the first to the left, the others to the right, words to the left.
    static func table(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        let isText = (0..<columns).map { column in
            column == 0 || rows.dropFirst().allSatisfy { $0[column].first?.isLetter ?? true }
        }
        return rows.map { row in
            let line = row.enumerated().map { column, cell in
                let gap = String(repeating: " ", count: widths[column] - cell.count)
                return isText[column] ? cell + gap : gap + cell
            }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
