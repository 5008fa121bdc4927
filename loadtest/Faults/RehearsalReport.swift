/// What rehearsals showed, for people who were not there.
struct RehearsalReport: Sendable {
    var outcomes: [Rehearsal.Outcome]

    var isProven: Bool { !outcomes.isEmpty && outcomes.allSatisfy(\.isProven) }

    /// 0 when every alert fired, was explained and cleared; 1 when one did not; 2 when one could not be rehearsed.
    var exitStatus: Int32 {
        if isProven { return 0 }
        return outcomes.isEmpty || outcomes.contains { $0.failure != nil } ? 2 : 1
    }

    var table: String {
        var text =
            "| fault | alert | fired after | cleared after | the runbook shows |\n|---|---|---|---|---|\n"
        for outcome in outcomes {
            let evidence = outcome.evidence.map { "`\($0.trimmingBlanks.replacing("|", with: "\\|"))`" }
            text +=
                "| \(outcome.kind.rawValue) | \(outcome.kind.alert.words) | \(Rehearsal.seconds(outcome.fired)) "
                + "| \(Rehearsal.seconds(outcome.cleared)) | \(evidence ?? outcome.failure ?? "nothing") |\n"
        }
        return text
    }

    /// The table, and the output of the runbooks' commands.
    var markdown: String {
        var text = "# Rehearsed faults\n\n\(table)"
        for outcome in outcomes {
            text += "\n## \(outcome.kind.rawValue)\n\n\(outcome.kind.summary). "
            text +=
                outcome.failure.map { "Not rehearsed: \($0)." }
                ?? "Must be shown: \(outcome.kind.evidence.words)."
            if !outcome.others.isEmpty {
                text += " Fired as well: \(outcome.others.joined(separator: ", "))."
            }
            text += "\n"
            for step in outcome.steps {
                text += "\n```text\n$ \(step.command)\n\(Self.shortened(step.output))\n```\n"
            }
        }
        return text
    }

    private static func shortened(_ output: String) -> String {
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > 60 else { return output }
        return (lines.prefix(60) + ["… \(lines.count - 60) more lines"]).joined(separator: "\n")
    }
}
