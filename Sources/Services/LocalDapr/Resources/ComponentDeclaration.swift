/// One building block as a file in `dapr/components` declares it (`kind: Component`).
public struct ComponentDeclaration: Sendable, Equatable {
    /// The name that applications call it by.
    public var name: String
    /// What it is, for example `state.postgresql`.
    public var type: String
    /// Its settings; values that the file takes from a secret or the environment are resolved already.
    public var metadata: [String: String]
    /// The app-ids that see it; empty for all.
    public var scopes: [String]
    /// Whether the sidecar goes on without the component when it cannot be used.
    public var ignoresErrors: Bool

    /// Declares a component.
    public init(
        name: String, type: String, metadata: [String: String] = [:], scopes: [String] = [],
        ignoresErrors: Bool = false
    ) {
        self.name = name
        self.type = type
        self.metadata = metadata
        self.scopes = scopes
        self.ignoresErrors = ignoresErrors
    }

    /// Whether an application sees the component.
    public func isVisible(to appID: String) -> Bool {
        scopes.isEmpty || scopes.contains(appID)
    }
}
