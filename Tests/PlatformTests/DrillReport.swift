/// Everything a drill found out, and the table that is printed.
struct DrillReport: Sendable {
    let settings: DrillSettings
    var counts = DrillProgress.Counts()
    var strikes: [DrillStrike] = []
    var broker: DrillBroker.Findings?
    var wasReadyWithoutHelp = false
    var waiting = 0
    var parked = 0
    var undelivered = 0
    var deadLetters = 0
    var effects = DrillChecker.Findings()
    var spans = DrillSpans.Findings()
    var took = Duration.zero

    var table: String {
        let rows = writing + disturbing + finding
        let width = rows.map(\.0.count).max() ?? 0
        let head =
            "Drill with seed \(settings.seed): \(settings.writes) writes by \(settings.clients) clients"
        return "\(head), \(took.seconds) s\n"
            + rows.map { "  \($0.0)\(String(repeating: " ", count: width - $0.0.count))  \($0.1)\n" }.joined()
    }

    private var writing: [(String, String)] {
        let again = counts.unavailable.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
        return [
            ("acknowledged writes", "\(counts.acknowledged)"),
            ("attempts repeated", (["\(counts.unanswered) without answer"] + again).joined(separator: ", ")),
            ("answered by an earlier attempt", "\(counts.replayed)"),
            ("refusals nothing excuses", "\(counts.refusals.count)"),
        ]
    }

    private var disturbing: [(String, String)] {
        let struck = Dictionary(grouping: strikes, by: \.victim).map {
            "\($0.key.rawValue) \($0.value.count)"
        }
        let words =
            broker.map {
                "\($0.writes) writes, \($0.pendingAtMost) waiting, drained in \($0.drainedAfter.seconds) s"
            } ?? "left out: this sidecar has no fault switch"
        return [
            ("struck", struck.sorted().joined(separator: ", ")),
            ("broker off", words),
            ("ready again without help", wasReadyWithoutHelp ? "yes" : "no"),
        ]
    }

    private var finding: [(String, String)] {
        [
            ("tasks expected, present", "\(effects.tasksExpected), \(effects.tasksPresent)"),
            ("tasks unknown, wrong", "\(effects.tasksUnknown), \(effects.tasksWrong)"),
            ("events expected, recorded", "\(effects.eventsExpected), \(effects.entries)"),
            ("lost", "\(effects.missing)"),
            ("recorded twice", "\(effects.twice)"),
            ("unexplained", "\(effects.unexplained)"),
            ("tasks out of order", "\(effects.outOfOrder)"),
            ("in the outbox, parked", "\(waiting), \(parked)"),
            ("undelivered, dead letters", "\(undelivered), \(deadLetters)"),
            ("traces judged, not judged", "\(spans.tracesJudged), \(spans.tracesNotJudged)"),
            ("spans judged, excused", "\(spans.spans), \(spans.excused)"),
            ("orphan spans", "\(spans.orphans.count)"),
        ]
    }
}

extension Duration {
    /// Seconds with one decimal.
    fileprivate var seconds: String {
        let tenths = Int(self / .milliseconds(100))
        return "\(tenths / 10).\(tenths % 10)"
    }
}
