extension HTMLReport {
    var operations: String {
        let rows = report.operations.map { operation -> String in
            let p = operation.corrected
            let times = [p.p50, p.p95, p.p99, p.max, operation.naiveP99]
                .map { "<td class=\"n\">\(SummaryText.milliseconds($0))</td>" }.joined()
            let answers = operation.answers.sorted { $0.key < $1.key }.map {
                "\($0.key) ×\($0.value.grouped)"
            }
            let bad = operation.failed + operation.unexpected
            return """
                <tr><td>\(Self.safe(operation.name))<small class="mono">\(Self.safe("\(operation.method) \(operation.route)"))</small></td>\
                <td class="n">\(operation.count.grouped)</td><td class="n">\(operation.perSecond.text(1))</td>\(times)\
                <td class="n\(bad > 0 ? " failed" : "")">\(bad)</td><td>\(Self.safe(answers.joined(separator: ", ")))</td></tr>
                """
        }
        return Self.section(
            "Operations",
            Self.table(
                [
                    "operation", "#count", "#/s", "#p50", "#p95", "#p99", "#max", "#naive p99", "#bad",
                    "answers",
                ],
                rows: rows))
    }

    var events: String {
        let events = report.events
        guard events.expected + events.reminders.expected > 0 else { return "" }
        func row(_ name: String, _ note: String, _ expected: Int, _ arrived: Int, _ p: RunReport.Percentiles)
            -> String
        {
            """
            <tr><td>\(Self.safe(name))<small>\(Self.safe(note))</small></td><td class="n">\(expected.grouped)</td>\
            <td class="n">\(arrived.grouped)</td><td class="n\(expected > arrived ? " failed" : "")">\((expected - arrived).grouped)</td>\
            <td class="n">\(SummaryText.milliseconds(p.p50))</td><td class="n">\(SummaryText.milliseconds(p.p99))</td>\
            <td class="n">\(SummaryText.milliseconds(p.max))</td></tr>
            """
        }
        var rows = [
            row(
                "changes on the stream",
                "\(events.double) double, \(events.gaps) numbers left out; from the answer",
                events.expected, events.arrived, events.afterAnswer)
        ]
        if events.reminders.expected > 0 {
            rows.append(
                row(
                    "reminders",
                    "\(events.reminders.early) early, \(events.reminders.double) double; after they were due",
                    events.reminders.expected, events.reminders.arrived, events.reminders.lateness))
        }
        let followUps = events.followUps.count + events.followUpsMissing
        if followUps > 0 {
            rows.append(
                row(
                    "next instances of tasks that come again", "from the completion's answer", followUps,
                    events.followUps.count, events.followUps))
        }
        let table = Self.table(
            ["effect", "#expected", "#arrived", "#missing", "#p50", "#p99", "#max"], rows: rows)
        let missing = events.missingExamples.map {
            "<li>\(Self.safe($0.kind)) of \(Self.safe($0.subject)): \(trace($0.traceID))</li>"
        }
        let list =
            missing.isEmpty
            ? ""
            : "<details open=\"open\"><summary>missing</summary><ul class=\"findings\">\(missing.joined())</ul></details>"
        return Self.section("Effects, watched from outside", table + list)
    }

    var checks: String {
        guard !report.checks.isEmpty else { return "" }
        let parts = report.checks.map { check -> String in
            let findings = check.findings.map { finding in
                "<li>\(Self.safe(finding.text))\(finding.traceID.map { " " + trace($0) } ?? "")</li>"
            }
            var text = """
                <div class="check"><b class="\(Self.safe(check.verdict))">\(Self.safe(check.verdict))</b> \(Self.safe(check.name)): \
                \(Self.safe(check.reason ?? check.summary))
                """
            if !findings.isEmpty { text += "<ul class=\"findings\">\(findings.prefix(8).joined())</ul>" }
            if findings.count > 8 {
                text += "<details><summary>\(findings.count - 8) more</summary><ul class=\"findings\">"
                text += "\(findings.dropFirst(8).joined())</ul></details>"
            }
            if let table = check.table {
                let rows = table.rows.map { row in
                    "<tr>\(row.map { "<td>\(Self.safe($0))</td>" }.joined())</tr>"
                }
                text += Self.table(table.columns, rows: rows)
            }
            return text + "</div>"
        }
        return Self.section("Checks", parts.joined())
    }

    var slowest: String {
        let rows = report.slowest.map { slow in
            """
            <tr><td>\(Self.safe(slow.operation))</td><td class="n">\(slow.at.text(1)) s</td>\
            <td class="n">\(SummaryText.milliseconds(slow.latency))</td><td class="n">\(SummaryText.milliseconds(slow.naive))</td>\
            <td>\(Self.safe(slow.status.map(String.init) ?? slow.error ?? "none"))</td><td>\(trace(slow.traceID))</td></tr>
            """
        }
        guard !rows.isEmpty else { return "" }
        return Self.section(
            "Slowest requests",
            Self.table(["operation", "#planned at", "#latency", "#naive", "answer", "trace"], rows: rows))
    }

    var details: String {
        let run = report.run
        let generator = report.generator
        var pairs = run.lanes.map { ("Load: \($0.name)", "\($0.model); \($0.mix)") }
        pairs += [
            (
                "Sent after the plan",
                "p50 \(SummaryText.milliseconds(report.latency.scheduleLag.p50)), p99 \(SummaryText.milliseconds(report.latency.scheduleLag.p99))"
            ),
            (
                "Generator",
                "\((generator.processorShare * 100).text(0)) % of a processor, late itself p99 \(SummaryText.milliseconds(generator.lagP99)), "
                    + "woken late p99 \(SummaryText.milliseconds(generator.loopDelayP99)), spans \(generator.spansSent.grouped) sent, \(generator.spansDropped) dropped"
            ),
            ("Seed", String(run.seed)), ("Command", run.command.joined(separator: " ")), ("Run", run.id),
            (
                "Machine",
                "\(run.machine.processors) × \(run.machine.processor), \(run.machine.memoryMiB.grouped) MiB, Linux \(run.machine.kernel)"
            ),
        ]
        let list = pairs.map { "<dt>\(Self.safe($0.0))</dt><dd>\(Self.safe($0.1))</dd>" }.joined()
        return Self.section("The run", "<dl>\(list)</dl>")
    }
}
