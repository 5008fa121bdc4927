/// The report as one page that needs nothing else: no script, no network.
struct HTMLReport {
    let report: RunReport

    init(_ report: RunReport) {
        self.report = report
    }

    var text: String {
        let sections = [
            header, reasons, tiles, objectives, charts, operations, events, checks, slowest, details,
        ]
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <title>Load run: \(report.outcome.verdict.rawValue)</title>
            <style>
            \(StyleSheet.text)
            </style>
            </head>
            <body>
            <main>
            \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }

    private var header: String {
        let run = report.run
        let cut = run.isInterrupted ? " <span class=\"badge invalid\">interrupted</span>" : ""
        return """
            <header><h1>Load run</h1><span class="badge \(report.outcome.verdict.rawValue)">\(report.outcome.verdict.rawValue)</span>\(cut)
            <p>\(Self.safe(run.startedAt)) · \(run.measuredSeconds.text(0)) s measured after \(run.warmUpSeconds.text(0)) s of warm-up · \
            \(run.users) users · \(Self.safe(run.gateway))</p></header>
            """
    }

    private var reasons: String {
        guard !report.outcome.reasons.isEmpty else { return "" }
        let isInvalid = report.outcome.verdict == .invalid
        let title = isInvalid ? "This run says nothing of the platform" : "What was missed"
        return """
            <section class="card reasons \(isInvalid ? "invalid" : "")"><h2>\(title)</h2><ul>\
            \(report.outcome.reasons.map { "<li>\(Self.safe($0))</li>" }.joined())</ul></section>
            """
    }

    private var tiles: String {
        let events = report.events
        let latency = report.latency
        let tiles = [
            (SummaryText.milliseconds(latency.corrected.p50), "p50 from the planned start"),
            (SummaryText.milliseconds(latency.corrected.p99), "p99 from the planned start"),
            (SummaryText.milliseconds(latency.naive.p99), "p99 naive, from the sending"),
            ("\(report.requests.perSecond.text(1))/s", "\(report.requests.measured.grouped) requests"),
            (String(report.requests.failed + report.requests.unexpected), "failed or unexpected"),
            (
                "\(events.missing) / \(events.double)",
                "changes missing / double of \(events.expected.grouped)"
            ),
            (SummaryText.milliseconds(events.afterAnswer.p99), "p99 from answer to change"),
        ]
        let cells = tiles.map {
            "<div class=\"tile\"><b>\(Self.safe($0.0))</b><span>\(Self.safe($0.1))</span></div>"
        }
        return "<section class=\"tiles\">\(cells.joined())</section>"
    }

    private var objectives: String {
        let rows = report.objectives.map { objective -> String in
            let name = "<td>\(Self.safe(objective.name))<small>\(Self.safe(objective.goodEvent))</small></td>"
            guard objective.standing != "not judged" else {
                return """
                    <tr>\(name)<td class="n">\(objective.objective.percent)</td><td class="n">–</td><td class="n">–</td>\
                    <td></td><td><span class="none">not judged</span><small>\(Self.safe(objective.reason ?? ""))</small></td></tr>
                    """
            }
            let used = objective.budgetUsed
            return """
                <tr>\(name)<td class="n">\(objective.objective.percent)</td><td class="n">\(objective.share.percent)</td>\
                <td class="n">\(objective.total.grouped)</td>\
                <td><span class="bar\(used > 1 ? " over" : "")" title="\((used * 100).text(0)) % of what may go wrong">\
                <i style="width:\(min(100, used * 100).text(1))%"></i></span></td>\
                <td><b class="\(Self.safe(objective.standing))">\(Self.safe(objective.standing))</b><small>\(Self.safe(objective.detail))</small></td></tr>
                """
        }
        return Self.section(
            "Service objectives, as the client saw them",
            Self.table(
                ["objective", "#promised", "#good", "#events", "budget used", "verdict"], rows: rows))
    }

    private var charts: String {
        let charts = RunCharts(report: report)
        var shown = [charts.throughput, charts.latency, charts.byPercentile, charts.histogram]
        if report.events.afterAnswer.count > 0 { shown.append(charts.events) }
        shown.append(charts.lag)
        let cards = shown.map { chart in
            "<div class=\"card\"><h2>\(Self.safe(chart.title))</h2>\n\(chart.svg)\n\(chart.legend)</div>"
        }
        return "<section class=\"charts\">\(cards.joined(separator: "\n"))</section>"
    }

    static func section(_ title: String, _ body: String) -> String {
        "<section class=\"card\"><h2>\(safe(title))</h2>\(body)</section>"
    }

    /// Columns that begin with # hold numbers.
    static func table(_ columns: [String], rows: [String]) -> String {
        let head = columns.map { column in
            column.hasPrefix("#")
                ? "<th class=\"n\" scope=\"col\">\(safe(String(column.dropFirst())))</th>"
                : "<th scope=\"col\">\(safe(column))</th>"
        }
        return """
            <div class="scroll"><table><thead><tr>\(head.joined())</tr></thead><tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div>
            """
    }

    static func safe(_ text: String) -> String { Markup.escaped(text) }

    /// A link to the trace's page where there is one.
    func trace(_ id: String) -> String {
        guard let traces = report.run.traces, traces.hasPrefix("http") else {
            return "<span class=\"mono\">\(Self.safe(id))</span>"
        }
        return "<a class=\"mono\" href=\"\(Self.safe(traces))/trace/\(Self.safe(id))\">\(Self.safe(id))</a>"
    }
}
