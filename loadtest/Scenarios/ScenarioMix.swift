/// Something that users do, in steps that build on each other.
protocol Scenario: Sendable {
    /// One word, for the command line and as a label.
    static var name: String { get }
    /// A line for people.
    static var summary: String { get }
    init()
    /// The next request of a user; there is always one.
    func nextStep(_ desk: inout Desk, now: Duration) -> Step
}

/// Scenarios with their weights.
struct ScenarioMix: Sendable {
    private let parts: [(scenario: any Scenario, upTo: Double)]
    let weights: [(name: String, weight: Double)]

    static let all: [any Scenario.Type] = [
        TaskWork.self, Searching.self, RecurringWork.self, ReminderWork.self, Chatting.self, BulkWork.self,
        Abuse.self,
    ]
    /// What everyday use is like.
    static let everyday = "crud=66,search=14,recurring=6,reminder=4,chat=4,bulk=2,abuse=4"

    /// Reads `crud=70,search=30`; a name alone weighs 1.
    init(_ text: String) throws(LoadFailure) {
        var weights: [(String, Double)] = []
        var chosen: [(any Scenario, Double)] = []
        for part in text.split(separator: ",") {
            let words = part.split(separator: "=", omittingEmptySubsequences: false)
            let name = String(words.first ?? "")
            guard let kind = Self.all.first(where: { $0.name == name }) else {
                throw .misuse(
                    "there is no scenario '\(name)'; there are \(Self.all.map { $0.name }.joined(separator: ", "))"
                )
            }
            let weight = words.count == 2 ? Double(words[1]) : words.count == 1 ? 1 : nil
            guard let weight, weight >= 0, weight.isFinite else {
                throw .misuse("'\(part)' is no weight of a scenario: write \(name)=10")
            }
            guard weight > 0 else { continue }
            weights.append((name, weight))
            chosen.append((kind.init(), weight))
        }
        let sum = chosen.reduce(0) { $0 + $1.1 }
        guard sum > 0 else { throw .misuse("a mix needs a scenario of some weight") }
        var upTo = 0.0
        parts = chosen.map { scenario, weight in
            upTo += weight / sum
            return (scenario, upTo)
        }
        self.weights = weights
    }

    /// One scenario alone, whether it can be named on the command line or not.
    init<Only: Scenario>(of scenario: Only) {
        parts = [(scenario, 1)]
        weights = [(Only.name, 1)]
    }

    func choose(_ random: inout SeededNumbers) -> any Scenario {
        let share = random.share()
        return (parts.first { share <= $0.upTo } ?? parts[parts.count - 1]).scenario
    }

    var text: String { weights.map { "\($0.name)=\($0.weight.text(0))" }.joined(separator: ",") }
}
