/// The alerts of one objective.
struct AlertRules {
    let objective: ServiceObjective
    let windows: BurnRateWindows

    /// Fewer bad events than this in a long window are not worth a night's sleep.
    private static let fewestBadEvents = 5
    private static let absencePending = RuleWindow.minutes(10)

    /// What wakes somebody.
    var pages: [Rule] { BurnRateTier.all.filter { $0.severity == "page" }.compactMap(burn) }

    /// What waits for the morning.
    var tickets: [Rule] { BurnRateTier.all.filter { $0.severity == "ticket" }.compactMap(burn) }

    /// The indicator is gone although there is work to measure.
    var absence: Rule {
        let pending = windows.text(Self.absencePending)
        // Looks no further back than the alert waits: of a service that is gone, nothing is seen any more by then.
        let seen = objective.expectedWhile.replacing("'", with: "\"").replacing("$window", with: pending)
        return Rule(
            kind: .alert("SLOSignalAbsent", pending: pending),
            expression: """
                absent(\(series("slo:events_bad:rate5m")))
                and on () (\(seen))
                """,
            labels: [("severity", "ticket"), ("service", objective.service)],
            annotations: [
                ("summary", "\(objective.name): nothing is measured, although there is work"),
                (
                    "description",
                    "The objective has no indicator while other metrics show events: a metric, a label or a "
                        + "bucket has changed its name, or nobody scrapes it."
                ),
                ("runbook", "docs/runbooks/SLOSignalAbsent.md"),
                ("dashboard", dashboard),
            ])
    }

    private func burn(_ tier: BurnRateTier) -> Rule? {
        guard let threshold = tier.threshold(of: objective) else { return nil }
        let limit = RoundNumber.text(threshold)
        let step = windows.seconds(RuleGroup.quickInterval)
        return Rule(
            kind: .alert("SLOErrorBudgetBurn", pending: windows.text(tier.pending)),
            expression: """
                \(ratio(tier.long)) > \(limit)
                and \(ratio(tier.short)) > \(limit)
                and sum_over_time(\(series("slo:events_bad:rate5m"))[\(windows.text(tier.long))]) * \(step) >= \
                \(Self.fewestBadEvents)
                """,
            labels: [
                ("severity", tier.severity), ("burnrate_tier", tier.name), ("long", tier.long.name),
                ("short", tier.short.name), ("service", objective.service),
            ],
            annotations: annotations(tier))
    }

    private func annotations(_ tier: BurnRateTier) -> [(String, String)] {
        let factor = RoundNumber.text(tier.factor)
        let promise = RoundNumber.text(objective.objective * 100)
        return [
            (
                "summary",
                tier.factor > 1
                    ? "\(objective.name): the error budget burns \(factor) times too fast"
                    : "\(objective.name): the error budget will be spent before the period ends"
            ),
            (
                "description",
                "{{ $value | humanizePercentage }} of events were bad over \(tier.long.name), and it goes on "
                    + "(\(tier.short.name)). Promised: \(promise) % good. \(tier.budgetPercent) % of the period's "
                    + "budget is gone with it."
            ),
            ("runbook", "docs/runbooks/SLOErrorBudgetBurn.md"),
            ("dashboard", dashboard),
        ]
    }

    private var dashboard: String { "/d/todo-slo?var-slo=\(objective.name)" }

    private func ratio(_ window: RuleWindow) -> String { series("slo:sli_error:ratio_rate\(window.name)") }

    private func series(_ name: String) -> String { "\(name){slo=\"\(objective.name)\"}" }
}
