import ServiceObjectives

/// What the run has used of each error budget, by the platform's own counters and the rules' own words.
///
/// A preview of the alerts, not a judgement: the objectives are judged by what users saw. A burn rate of 1 spends the
/// budget exactly within the period; the fast alert fires above 14.4 over an hour.
struct BudgetCheck: WatchingCheck {
    let name = "error budgets"
    private let before = ReadingBefore()

    func begin(in surroundings: Surroundings) async { before.keep(await .now(surroundings)) }

    func check(_ run: RunRecord, in surroundings: Surroundings) async -> CheckResult {
        guard let earlier = before.reading, !surroundings.metrics.isEmpty else {
            return CheckResult(name, .skipped(reason: "no process shows its metrics"), summary: "not checked")
        }
        let grown = await MetricReading.now(surroundings).grown(since: earlier)
        let length = run.measured.upperBound.inSeconds
        return result(run.objectives, grown, seconds: max(1, length))
    }

    func result(_ objectives: ServiceObjectives, _ grown: MetricReading, seconds: Double) -> CheckResult {
        var rows: [[String]] = []
        var worst: (name: String, burn: Double)?
        for objective in objectives.objectives {
            guard let use = ObjectiveUse(objective, in: grown), use.total > 0 else {
                rows.append([objective.name, "0", "–", "–", "–", "–"])
                continue
            }
            let burn = use.badShare / objective.errorBudget
            let used = burn * seconds / (Double(objectives.periodDays) * 86_400)
            rows.append([
                objective.name, Figure.whole(use.total), Figure.whole(use.bad), Figure.percent(use.badShare),
                Figure.short(burn), Figure.percent(used),
            ])
            if burn > worst?.burn ?? 0 { worst = (objective.name, burn) }
        }
        let summary =
            worst.map { worst in
                "\(worst.name) burned \(Figure.short(worst.burn)) times as fast as its budget allows"
                    + (worst.burn > 14.4 ? "; an hour of it would page" : "")
            } ?? "no budget was touched"
        return CheckResult(
            name, .passed, summary: summary,
            table: .init(
                columns: ["objective", "events", "bad", "bad share", "burn rate", "of the period's budget"],
                rows: rows))
    }
}
