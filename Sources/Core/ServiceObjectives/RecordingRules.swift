/// The recorded series of one objective: rates, shares over every window, and what is left of the budget.
struct RecordingRules {
    let objective: ServiceObjective
    let periodDays: Int
    let windows: BurnRateWindows

    private static let base = RuleWindow.minutes(5)
    private static let hours: [RuleWindow] = [.minutes(30), .hours(1), .hours(2), .hours(6)]
    private static let days: [RuleWindow] = [.days(1), .days(3)]

    private var period: RuleWindow { .days(periodDays) }
    private var budget: String { RoundNumber.text(objective.errorBudget) }

    /// Rates, and shares over windows up to hours.
    var quick: [Rule] {
        let events = EventExpression(objective: objective, window: windows.text(Self.base))
        let ratio = "\(series("slo:events_bad:rate5m")) / (\(series("slo:events:rate5m")) > 0)"
        return [
            record("slo:events:rate5m", events.total),
            record("slo:events_bad:rate5m", events.bad),
            record("slo:sli_error:ratio_rate5m", ratio),
        ] + Self.hours.map(share)
    }

    /// Shares over days, and the budget.
    var slow: [Rule] { Self.days.map(share) + [shareOfPeriod] + facts + budgetLeft }

    private func share(over window: RuleWindow) -> Rule {
        record(
            "slo:sli_error:ratio_rate\(window.name)",
            "\(sum("slo:events_bad:rate5m", window))\n"
                + "/ (\(sum("slo:events:rate5m", window)) > 0)")
    }

    /// A service without any event has spent nothing: its budget is whole, not unknown.
    private var shareOfPeriod: Rule {
        let total = sum("slo:events:rate5m", period)
        return record(
            "slo:sli_error:ratio_rate\(period.name)",
            "\(sum("slo:events_bad:rate5m", period))\n/ (\(total) > 0)\nor 0 * \(total)")
    }

    private var facts: [Rule] {
        [
            record("slo:objective:ratio", "vector(\(RoundNumber.text(objective.objective)))"),
            record("slo:error_budget:ratio", "vector(\(budget))"),
            record("slo:time_period:days", "vector(\(periodDays))"),
        ]
    }

    private var budgetLeft: [Rule] {
        let left = "slo:period_error_budget_remaining:ratio"
        return [
            record("slo:current_burn_rate:ratio", "\(series("slo:sli_error:ratio_rate5m")) / \(budget)"),
            record(
                "slo:period_burn_rate:ratio",
                "\(series("slo:sli_error:ratio_rate\(period.name)")) / \(budget)"),
            record(left, "1 - \(series("slo:period_burn_rate:ratio"))"),
            record(
                "slo:error_budget_exhaustion:seconds",
                """
                clamp_min(\(series(left)), 0) * \(windows.seconds(period))
                / (\(series("slo:sli_error:ratio_rate6h")) / \(budget) > 0)
                """),
        ]
    }

    private func sum(_ name: String, _ window: RuleWindow) -> String {
        "sum_over_time(\(series(name))[\(windows.text(window))])"
    }

    private func series(_ name: String) -> String { "\(name){slo=\"\(objective.name)\"}" }

    private func record(_ name: String, _ expression: String) -> Rule {
        Rule(
            kind: .record(name), expression: expression,
            labels: [("slo", objective.name), ("service", objective.service)])
    }
}
