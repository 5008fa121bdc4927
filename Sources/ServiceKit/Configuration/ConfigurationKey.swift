/// One setting: its environment variable, its default and what it means. `todo config` prints these.
public struct ConfigurationKey: Sendable, Hashable {
    /// What kind of text a value must be.
    public enum Kind: String, Sendable {
        case string, integer, boolean, milliseconds, url
    }

    /// The environment variable.
    public let name: String
    public let kind: Kind
    /// Nil when the setting has no default.
    public let fallback: String?
    public let summary: String
    /// Secrets are never printed.
    public let isSecret: Bool

    /// Declares a setting.
    public init(
        _ name: String, _ kind: Kind = .string, default fallback: String? = nil, secret: Bool = false,
        _ summary: String
    ) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        self.summary = summary
        isSecret = secret
    }
}

/// Why a configuration cannot be used, in one line.
public enum ConfigurationError: Error, Sendable, CustomStringConvertible {
    case missing(ConfigurationKey)
    case malformed(ConfigurationKey, wanted: String)
    /// The secret store cannot be asked.
    case secretStore(String, reason: String)
    /// The time zone database is not there or not whole.
    case timeZones(folder: String, reason: String)

    public var description: String {
        switch self {
        case .missing(let key): "\(key.name) is not set: \(key.summary)"
        case .secretStore(let store, let reason):
            "the secret store \(store) (TODO_SECRET_STORE) cannot be asked: \(reason)"
        case .timeZones(let folder, let reason):
            "the time zone database in \(folder) (TODO_ZONEINFO) cannot be used: \(reason); "
                + "the package tzdata brings it"
        case .malformed(let key, let wanted): "\(key.name) must be \(wanted): \(key.summary)"
        }
    }
}
