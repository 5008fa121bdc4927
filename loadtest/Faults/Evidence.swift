/// What must be seen in the output of a runbook's commands.
enum Evidence: Sendable, Equatable {
    /// A span of one of these names that took at least so long, as `todo trace` draws it.
    case slowSpan(named: [String], milliseconds: Double)
    /// `todo status` does not call a role ready.
    case roleNotReady(String)
    /// A series of `/metrics` above a value.
    case metric(String, above: Double)

    /// The line that shows it; nil when none does.
    func line(in output: String) -> String? {
        output.split(separator: "\n").map(String.init).first(where: shows)
    }

    private func shows(_ line: String) -> Bool {
        switch self {
        case .slowSpan(let names, let least):
            return names.contains { line.contains($0) } && Self.longest(in: line) >= least
        case .roleNotReady(let role):
            let words = line.split(separator: " ")
            return words.first.map { $0 == role } == true
                && words.dropFirst().first.map { $0 != "ready" } == true
        case .metric(let name, let least):
            guard let sample = MetricText.samples(line).first else { return false }
            return sample.name == name && sample.value > least
        }
    }

    /// The longest time that a line names, in milliseconds: `312.93 ms`, `1.20 s`.
    private static func longest(in line: String) -> Double {
        let words = line.split(separator: " ")
        return zip(words, words.dropFirst()).reduce(0) { longest, pair in
            guard let number = Double(pair.0) else { return longest }
            switch pair.1 {
            case "ms": return max(longest, number)
            case "s": return max(longest, number * 1000)
            default: return longest
            }
        }
    }

    var words: String {
        switch self {
        case .slowSpan(let names, let least):
            "a span \(names.joined(separator: " or ")) of \(Int(least)) ms or more"
        case .roleNotReady(let role): "\(role) is not ready"
        case .metric(let name, let least): "\(name) above \(Int(least))"
        }
    }
}
