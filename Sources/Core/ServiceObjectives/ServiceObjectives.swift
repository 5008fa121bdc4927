// Service objectives: what the platform promises, as one file, and the Prometheus rules that hold it to that.
//
// One description (`loadtest/slo.json`) has many readers: the rules generated here, the dashboards, the load
// generator's thresholds. It is JSON because every one of them can read that without a library. The rules are
// generated and checked in: whoever operates the platform reads and greps plain rule files, and a test keeps them
// equal to what the description says.
//
// How the rules count, and why so:
// - Bad and valid events are recorded as two rates, and sums of them are divided. Averaging ratios instead would
//   let a bad minute of a quiet night weigh as much as a bad minute at noon.
// - An objective's limit must be a bucket's boundary, matched exactly in both spellings of `le` ("2", "2.0").
//   A bucket that is missing makes the indicator absent, never "all slow"; a counter of failures that does not
//   exist yet means none, since it is born with the first failure.
// - An alert needs two windows (the long one says it matters, the short one that it still goes on) and a handful
//   of bad events, so that one failure in a quiet night wakes nobody.
// - "No signal" is an alert of its own, and only while something else shows that there was work to measure: a
//   service that is not deployed, or has had nothing to do since its start, is not blind.
// - Objectives known to be unreachable by a tier (a budget of 10 % cannot burn 14 times too fast) get no such alert.
//
// All numbers are rounded to what a person would write, and the output depends on the input alone.

/// Everything promised, over one period.
public struct ServiceObjectives: Sendable, Equatable {
    /// Days over which an error budget is given out.
    public var periodDays: Int
    /// The promises, by the order of the file.
    public var objectives: [ServiceObjective]

    /// Takes what was read or made, unchecked.
    public init(periodDays: Int, objectives: [ServiceObjective]) {
        self.periodDays = periodDays
        self.objectives = objectives
    }

    /// The objective of a name.
    public subscript(name: String) -> ServiceObjective? {
        objectives.first { $0.name == name }
    }

    /// The files of rules, one for each objective, in the order of the file.
    public func ruleFiles(windows: BurnRateWindows = .production) -> [RuleFile] {
        objectives.map { RuleFile(objective: $0, periodDays: periodDays, windows: windows) }
    }
}
