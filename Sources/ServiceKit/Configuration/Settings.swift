import Configuration

/// Reads settings by their declared keys.
public struct Settings: Sendable {
    private let reader: ConfigReader
    /// The whole environment, for what is handed on (OTEL_* variables).
    public let environment: [String: String]

    /// Settings of an environment.
    public init(environment: [String: String]) {
        self.environment = environment
        reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment))
    }

    /// The value that was set, if one was; an empty value counts as not set.
    public func given(_ key: ConfigurationKey) -> String? {
        let path = key.name.lowercased().replacing("_", with: ".")
        let value = reader.string(forKey: ConfigKey(path), isSecret: key.isSecret)
        return value?.isEmpty == false ? value : nil
    }

    /// A text, or the key's default.
    public func string(_ key: ConfigurationKey) throws(ConfigurationError) -> String {
        guard let value = given(key) ?? key.fallback else { throw .missing(key) }
        return value
    }

    /// A whole number within bounds.
    public func integer(
        _ key: ConfigurationKey, in range: ClosedRange<Int> = 0...Int(Int32.max)
    ) throws(ConfigurationError) -> Int {
        guard let number = Int(try string(key)), range.contains(number) else {
            throw .malformed(key, wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// `true` or `false`, in any case.
    public func boolean(_ key: ConfigurationKey) throws(ConfigurationError) -> Bool {
        switch try string(key).lowercased() {
        case "true", "1": return true
        case "false", "0": return false
        default: throw .malformed(key, wanted: "true or false")
        }
    }

    /// A span of time, written in milliseconds.
    public func duration(_ key: ConfigurationKey) throws(ConfigurationError) -> Duration {
        .milliseconds(try integer(key))
    }
}
