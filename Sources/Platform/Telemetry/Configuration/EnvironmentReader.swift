/// Reads `OTEL_*` variables as the specification asks: empty is unset, garbage is a warning and the default,
/// nothing is ever a crash.
struct EnvironmentReader {
    let variables: [String: String]
    private(set) var warnings: [String] = []

    init(_ variables: [String: String]) {
        self.variables = variables
    }

    /// Nil when unset or empty.
    func text(_ key: String) -> String? {
        variables[key].map { String(trimmed($0)) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Only "true", in any case, is true.
    func flag(_ key: String) -> Bool {
        text(key)?.lowercased() == "true"
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int> = 0...Int(Int32.max)) -> Int? {
        guard let text = text(key) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            warn(
                "\(key): “\(shown(text))” is not a number between \(range.lowerBound) and \(range.upperBound)"
            )
            return nil
        }
        return value
    }

    mutating func milliseconds(_ key: String, atLeast least: Int = 0) -> Duration? {
        integer(key, in: least...Int(Int32.max)).map { .milliseconds($0) }
    }

    /// `k=v,k=v`, percent-coded; one broken pair spoils the whole list.
    ///
    /// - Parameter isSecret: values are kept out of the warning.
    mutating func pairs(_ key: String, isSecret: Bool = false) -> [(name: String, value: String)]? {
        guard let text = text(key) else { return nil }
        var pairs: [(name: String, value: String)] = []
        for member in text.split(separator: ",") where !trimmed(member).isEmpty {
            guard let equals = member.firstIndex(of: "="),
                let name = percentDecoded(trimmed(member[..<equals])), !name.isEmpty,
                let value = percentDecoded(trimmed(member[member.index(after: equals)...]))
            else {
                warn("\(key): \(isSecret ? "a pair" : "“\(shown(String(member)))”") is not name=value")
                return nil
            }
            pairs.append((name, value))
        }
        return pairs
    }

    /// Once for each: a variable may be read for several signals.
    mutating func warn(_ warning: String) {
        guard !warnings.contains(warning) else { return }
        warnings.append(warning)
    }

    /// A user's value in a warning: short, and on one line.
    func shown(_ text: String) -> String {
        String(text.prefix(60).map { $0.isNewline ? " " : $0 })
    }
}
