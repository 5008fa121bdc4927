/// The rules of one objective as Prometheus reads them.
public struct RuleFile: Sendable, Equatable {
    /// The file's name, such as `slo-task-latency.yml`.
    public let name: String
    /// Its content.
    public let text: String

    init(objective: ServiceObjective, periodDays: Int, windows: BurnRateWindows) {
        name = "slo-\(objective.name).yml"
        let records = RecordingRules(objective: objective, periodDays: periodDays, windows: windows)
        let alerts = AlertRules(objective: objective, windows: windows)
        let quick = RuleGroup(
            name: "slo-\(objective.name)", interval: windows.text(RuleGroup.quickInterval),
            rules: records.quick + alerts.pages + [alerts.absence])
        let slow = RuleGroup(
            name: "slo-\(objective.name)-long", interval: windows.text(RuleGroup.slowInterval),
            rules: records.slow + alerts.tickets)
        text = Self.heading(objective, windows) + "groups:\n" + quick.text + slow.text
    }

    private static func heading(_ objective: ServiceObjective, _ windows: BurnRateWindows) -> String {
        let scaled =
            windows == .production
            ? ""
            : """
            # FOR REHEARSALS: windows are multiplied by \(RoundNumber.text(windows.scale)); names keep those of production.

            """
        return """
            # Generated from loadtest/slo.json by `todo slo rules`. Do not edit.
            # \(objective.goodEvent)
            \(scaled)
            """
    }
}

/// Rules that are evaluated together, one after another.
struct RuleGroup {
    /// How often windows up to some hours are looked at. The low-traffic guard counts with it.
    static let quickInterval = RuleWindow(seconds: 30)
    /// Days change slowly, and reading 30 of them costs a tenth of a second.
    static let slowInterval = RuleWindow.minutes(2)

    let name: String
    let interval: String
    let rules: [Rule]

    var text: String {
        """
          - name: \(name)
            interval: \(interval)
            rules:

        """ + rules.map(\.text).joined()
    }
}

/// A recording or an alerting rule.
struct Rule {
    enum Kind {
        case record(String)
        case alert(String, pending: String)
    }

    let kind: Kind
    let expression: String
    let labels: [(String, String)]
    var annotations: [(String, String)] = []

    var text: String {
        var lines: [String]
        switch kind {
        case .record(let name): lines = ["- record: \(name)"]
        case .alert(let name, _): lines = ["- alert: \(name)"]
        }
        if expression.contains("\n") {
            lines += ["  expr: |-"]
            lines += expression.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
        } else {
            lines += ["  expr: \(Self.isPlain(expression) ? expression : "'\(Self.quoted(expression))'")"]
        }
        if case .alert(_, let pending) = kind { lines += ["  for: \(pending)"] }
        lines += block("labels", labels) + block("annotations", annotations)
        return lines.map { "      \($0)\n" }.joined()
    }

    private func block(_ name: String, _ pairs: [(String, String)]) -> [String] {
        guard !pairs.isEmpty else { return [] }
        return ["  \(name):"] + pairs.map { "    \($0): '\(Self.quoted($1))'" }
    }

    /// YAML's single quotes know one escape.
    private static func quoted(_ text: String) -> String { text.replacing("'", with: "''") }

    /// What YAML takes for a text as it stands.
    private static func isPlain(_ text: String) -> Bool {
        !text.contains(": ") && !text.contains(" #") && (text.first?.isLetter ?? false)
    }
}
