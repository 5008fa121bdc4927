/// Which secrets of one store an application may read: an entry of `spec.secrets.scopes` in its Configuration.
public struct SecretScope: Sendable, Equatable {
    /// The component.
    public var storeName: String
    /// Whether secrets that no list names may be read.
    public var allowsByDefault: Bool
    /// If there are any, only these.
    public var allowedSecrets: [String]
    /// Not these, where nothing is expressly allowed.
    public var deniedSecrets: [String]

    /// Describes a scope.
    public init(
        storeName: String, allowsByDefault: Bool = true, allowedSecrets: [String] = [],
        deniedSecrets: [String] = []
    ) {
        self.storeName = storeName
        self.allowsByDefault = allowsByDefault
        self.allowedSecrets = allowedSecrets
        self.deniedSecrets = deniedSecrets
    }

    func allows(_ name: String) -> Bool {
        guard allowedSecrets.isEmpty else { return allowedSecrets.contains(name) }
        return deniedSecrets.contains(name) ? false : allowsByDefault
    }
}
