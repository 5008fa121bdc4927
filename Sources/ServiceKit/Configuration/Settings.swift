import Configuration
import FoundationEssentials

/// Reads settings by their declared keys.
public struct Settings: Sendable {
    private let reader: ConfigReader
    /// The whole environment, for what is handed on (OTEL_* variables).
    public let environment: [String: String]
    /// What a secret store gave, by variable, and which store it was.
    private var secrets: [String: String] = [:]
    private(set) var secretStore: String?

    /// Where a value comes from.
    public enum Source: String, Sendable {
        case environment
        case file
        case secretStore = "secret store"
        case fallback = "default"
        case none = "not set"
    }

    /// Settings of an environment.
    public init(environment: [String: String]) {
        self.environment = environment
        reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment))
    }

    /// The value that was set, if one was; an empty value counts as not set.
    ///
    /// A secret may also lie in a file that `<NAME>_FILE` names, as orchestrators mount them, or in a secret store; the
    /// variable itself wins, then the file.
    public func given(_ key: ConfigurationKey) -> String? {
        found(key)?.value
    }

    /// Where the value that `given` or the key's default would tell comes from.
    public func source(of key: ConfigurationKey) -> Source {
        found(key)?.source ?? (key.fallback == nil ? .none : .fallback)
    }

    /// The same settings, with secrets that count where neither variable nor file is given.
    func adding(secrets: [String: String], from store: String) -> Settings {
        var copy = self
        copy.secrets = secrets
        copy.secretStore = store
        return copy
    }

    private func found(_ key: ConfigurationKey) -> (value: String, source: Source)? {
        if let value = variable(key.name, isSecret: key.isSecret) { return (value, .environment) }
        if let value = file(key) { return (value, .file) }
        return secrets[key.name].map { ($0, .secretStore) }
    }

    private func file(_ key: ConfigurationKey) -> String? {
        guard key.isSecret, let path = variable("\(key.name)_FILE", isSecret: false),
            let content = try? Data(contentsOf: URL(filePath: path))
        else { return nil }
        let text = String(decoding: content, as: UTF8.self)
        let value = text.hasSuffix("\n") ? String(text.dropLast()) : text
        return value.isEmpty ? nil : value
    }

    private func variable(_ name: String, isSecret: Bool) -> String? {
        let path = name.lowercased().replacing("_", with: ".")
        let value = reader.string(forKey: ConfigKey(path), isSecret: isSecret)
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
