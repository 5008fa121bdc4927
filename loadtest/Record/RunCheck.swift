import OTLP

/// Looks at a finished run together with what the platform knows of it, and says whether both agree.
protocol RunCheck: Sendable {
    /// A few words, as the report's heading: `span trees`.
    var name: String { get }

    /// Never throws: what cannot be checked is skipped, with the reason.
    func check(_ run: RunRecord, in surroundings: Surroundings) async -> CheckResult
}

/// What a check found.
struct CheckResult: Sendable {
    enum Verdict: Sendable, Equatable {
        case passed
        /// Makes the run's exit status 1.
        case failed
        case skipped(reason: String)
    }

    /// One thing that is wrong, or worth knowing.
    struct Finding: Sendable, Equatable {
        var text: String
        /// Where one can look at it.
        var traceID: TraceID?

        init(_ text: String, traceID: TraceID? = nil) {
            self.text = text
            self.traceID = traceID
        }
    }

    /// Figures in rows; cells are text as it is shown.
    struct Table: Sendable, Equatable {
        var columns: [String]
        var rows: [[String]]
    }

    var name: String
    var verdict: Verdict
    /// One line for people who read no further.
    var summary: String
    /// At most a few dozen; the summary says how many there are in all.
    var findings: [Finding] = []
    var table: Table?

    init(
        _ name: String, _ verdict: Verdict, summary: String, findings: [Finding] = [], table: Table? = nil
    ) {
        self.name = name
        self.verdict = verdict
        self.summary = summary
        self.findings = findings
        self.table = table
    }
}
