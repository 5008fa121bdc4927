/// The verdicts as JUnit's XML, which every build server shows.
struct JUnitReport {
    let report: RunReport

    init(_ report: RunReport) {
        self.report = report
    }

    var text: String {
        let cases =
            generator + report.objectives.map(objective) + report.operations.map(operation)
            + report.events.promises.map { testCase("effects", $0.name, $0.breach.map(failure) ?? "") }
            + report.checks.map(check)
        let failures = cases.count { $0.contains("<failure") }
        let skipped = cases.count { $0.contains("<skipped") }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuite name="todo-load" tests="\(cases.count)" failures="\(failures)" errors="0" skipped="\(skipped)" \
            time="\(report.run.measuredSeconds.text(3))" timestamp="\(Markup.escaped(report.run.startedAt))">
            \(cases.joined(separator: "\n"))
            </testsuite>

            """
    }

    private var generator: [String] {
        let isInvalid = report.outcome.verdict == .invalid
        return [
            testCase(
                "generator", "the generator kept up",
                isInvalid ? failure(report.outcome.reasons.joined(separator: "; ")) : "")
        ]
    }

    private func objective(_ objective: RunReport.Objective) -> String {
        let body =
            switch objective.standing {
            case "missed":
                failure(
                    "\(objective.share.percent) good, promised \(objective.objective.percent): \(objective.detail)"
                )
            case "met": ""
            default: skipped(objective.reason ?? "")
            }
        return testCase("objectives", objective.name, body)
    }

    private func operation(_ operation: RunReport.Operation) -> String {
        testCase(
            "operations", operation.name,
            operation.unexpected > 0 ? failure("\(operation.unexpected) unexpected answers") : "")
    }

    private func check(_ check: RunReport.Check) -> String {
        let body =
            switch check.verdict {
            case "failed":
                failure(([check.summary] + check.findings.prefix(20).map(\.text)).joined(separator: "\n"))
            case "skipped": skipped(check.reason ?? "")
            default: ""
            }
        return testCase("checks", check.name, body)
    }

    private func testCase(_ group: String, _ name: String, _ body: String) -> String {
        "  <testcase classname=\"load.\(group)\" name=\"\(Markup.escaped(name))\">\(body)</testcase>"
    }

    private func failure(_ text: String) -> String { "<failure message=\"\(Markup.escaped(text))\"/>" }
    private func skipped(_ text: String) -> String { "<skipped message=\"\(Markup.escaped(text))\"/>" }
}

/// Text within XML and HTML.
enum Markup {
    static func escaped(_ text: String) -> String {
        var safe = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "'": safe += "&#39;"
            // What XML 1.0 cannot hold in any spelling.
            case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}":
                safe += "\u{FFFD}"
            default: safe.unicodeScalars.append(character)
            }
        }
        return safe
    }
}
