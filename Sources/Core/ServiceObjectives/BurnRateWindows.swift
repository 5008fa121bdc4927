/// The windows that burn rates are measured over, in production or shortened for a rehearsal.
///
/// A rehearsal keeps the names of all series and alerts and shrinks only how far they look back, so that dashboards
/// and routes of production work with it.
public struct BurnRateWindows: Sendable, Equatable {
    /// Below it the shortest window would hold fewer than four scrapes of a second.
    public static let smallestScale = 0.014
    /// As the names say.
    public static let production = BurnRateWindows(checked: 1)

    /// What every window is multiplied by.
    public let scale: Double

    private init(checked scale: Double) {
        self.scale = scale
    }

    /// Windows shortened by a factor of at most 1.
    public init(scale: Double) throws(ServiceObjectivesError) {
        guard scale >= Self.smallestScale, scale <= 1 else { throw .windowScale(scale) }
        self.init(checked: scale)
    }

    /// A window of production in whole seconds of this scale.
    func seconds(_ window: RuleWindow) -> Int {
        max(1, Int((Double(window.seconds) * scale).rounded()))
    }

    /// A window of production as Prometheus writes durations.
    func text(_ window: RuleWindow) -> String {
        RuleWindow(seconds: seconds(window)).name
    }
}

/// A length of time with the name that it has in PromQL and in names of rules: `5m`, `1h`, `3d`.
struct RuleWindow: Sendable, Hashable {
    let seconds: Int

    static func minutes(_ count: Int) -> Self { Self(seconds: count * 60) }
    static func hours(_ count: Int) -> Self { Self(seconds: count * 3600) }
    static func days(_ count: Int) -> Self { Self(seconds: count * 86_400) }

    /// Largest units first, none that is zero.
    var name: String {
        var rest = seconds
        var text = ""
        for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] where rest >= length {
            text += "\(rest / length)\(unit)"
            rest %= length
        }
        return text.isEmpty ? "0s" : text
    }
}

/// How fast a budget must burn, over which two windows, for an alert.
struct BurnRateTier: Sendable {
    let name: String
    let severity: String
    let long: RuleWindow
    let short: RuleWindow
    let factor: Double
    let pending: RuleWindow
    let budgetPercent: Int

    static let all = [
        BurnRateTier(
            name: "fast", severity: "page", long: .hours(1), short: .minutes(5), factor: 14.4,
            pending: .minutes(2), budgetPercent: 2),
        BurnRateTier(
            name: "medium", severity: "page", long: .hours(6), short: .minutes(30), factor: 6,
            pending: .minutes(15), budgetPercent: 5),
        BurnRateTier(
            name: "slow", severity: "ticket", long: .days(1), short: .hours(2), factor: 3,
            pending: .hours(1), budgetPercent: 10),
        BurnRateTier(
            name: "trickle", severity: "ticket", long: .days(3), short: .hours(6), factor: 1,
            pending: .hours(3), budgetPercent: 10),
    ]

    /// The share of bad events above which the tier fires; nil when no share could be that high.
    func threshold(of objective: ServiceObjective) -> Double? {
        let threshold = RoundNumber.rounded(factor * objective.errorBudget)
        return threshold < 1 ? threshold : nil
    }
}
