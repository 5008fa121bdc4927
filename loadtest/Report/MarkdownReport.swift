/// The report as Markdown, for a merge request or a note.
struct MarkdownReport {
    let report: RunReport

    init(_ report: RunReport) {
        self.report = report
    }

    var text: String {
        ([head, objectives, operations, latencies, events, slowest] + report.checks.map(check))
            .filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private var head: String {
        let run = report.run
        let lanes = run.lanes.map { "- \($0.name): \($0.model); \($0.mix)" }.joined(separator: "\n")
        let reasons = report.outcome.reasons.map { "- \(Self.cell($0))" }.joined(separator: "\n")
        return """
            # Load: \(report.outcome.verdict.rawValue)\(run.isInterrupted ? ", interrupted" : "")

            \(run.startedAt), \(run.measuredSeconds.text(0)) s after \(run.warmUpSeconds.text(0)) s of warm-up, \
            \(run.users) users, \(report.requests.measured.grouped) requests, \(report.requests.perSecond.text(1))/s, \
            on \(run.machine.processors) × \(Self.cell(run.machine.processor)).

            \(lanes)\(reasons.isEmpty ? "" : "\n\n" + reasons)
            """
    }

    private var objectives: String {
        table(
            "Objectives", ["objective", "promised", "good", "events", "budget used", "", ""],
            report.objectives.map { objective in
                objective.standing == "not judged"
                    ? [
                        objective.name, objective.objective.percent, "–", "–", "–", "not judged",
                        objective.reason ?? "",
                    ]
                    : [
                        objective.name, objective.objective.percent, objective.share.percent,
                        objective.total.grouped, "\((objective.budgetUsed * 100).text(0)) %",
                        objective.standing == "met" ? "met" : "**missed**", objective.detail,
                    ]
            })
    }

    private var operations: String {
        table(
            "Operations",
            ["operation", "count", "/s", "p50", "p95", "p99", "naive p99", "failed", "unexpected"],
            report.operations.map { operation in
                [operation.name, operation.count.grouped, operation.perSecond.text(1)]
                    + [
                        operation.corrected.p50, operation.corrected.p95, operation.corrected.p99,
                        operation.naiveP99,
                    ].map(SummaryText.milliseconds) + [
                        String(operation.failed), String(operation.unexpected),
                    ]
            })
    }

    private var latencies: String {
        table(
            "Latency", ["", "p50", "p90", "p95", "p99", "p99.9", "max"],
            [
                ("from the plan", report.latency.corrected), ("naive", report.latency.naive),
                ("sent after the plan", report.latency.scheduleLag),
                ("change after the answer", report.events.afterAnswer),
            ].map { name, p in
                [name] + [p.p50, p.p90, p.p95, p.p99, p.p999, p.max].map(SummaryText.milliseconds)
            })
    }

    private var events: String {
        let events = report.events
        guard events.expected > 0 else { return "" }
        return
            "Changes: \(events.arrived.grouped) of \(events.expected.grouped) arrived, \(events.missing) missing, "
            + "\(events.double) double, \(events.gaps) numbers left out. Reminders: \(events.reminders.arrived) of \(events.reminders.expected), "
            + "\(events.reminders.early) early. Next instances: \(events.followUps.count), "
            + "\(events.followUpsMissing) missing."
    }

    private var slowest: String {
        table(
            "Slowest", ["operation", "latency", "answer", "trace"],
            report.slowest.prefix(10).map { slow in
                [
                    slow.operation, SummaryText.milliseconds(slow.latency),
                    slow.status.map(String.init) ?? slow.error ?? "none",
                    report.run.traces.map { "[\(slow.traceID)](\($0)/trace/\(slow.traceID))" }
                        ?? slow.traceID,
                ]
            })
    }

    private func check(_ check: RunReport.Check) -> String {
        var text =
            "## Check: \(Self.cell(check.name))\n\n**\(check.verdict)** \(Self.cell(check.reason ?? check.summary))"
        for finding in check.findings { text += "\n- \(Self.cell(finding.text)) \(finding.traceID ?? "")" }
        if let rows = check.table { text += "\n\n" + grid(rows.columns, rows.rows) }
        return text
    }

    private func table(_ title: String, _ columns: [String], _ rows: [[String]]) -> String {
        rows.isEmpty ? "" : "## \(title)\n\n" + grid(columns, rows)
    }

    private func grid(_ columns: [String], _ rows: [[String]]) -> String {
        let lines = [columns, columns.map { _ in "---" }] + rows
        return lines.map { "| \($0.map(Self.cell).joined(separator: " | ")) |" }.joined(separator: "\n")
    }

    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("\n", with: " ").replacing("<", with: "&lt;")
    }
}
