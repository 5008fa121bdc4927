/// A state component as one application sees it.
struct StateComponent: Sendable {
    let name: String
    private let prefix: String?

    /// Nil if the component is none for state.
    init?(_ declaration: ComponentDeclaration, appID: String) {
        guard declaration.type.hasPrefix("state.") else { return nil }
        name = declaration.name
        let wanted = declaration.metadata.first { $0.key.lowercased() == "keyprefix" }?.value ?? ""
        // `namespace` means the app-id here as well: on one machine there is no namespace.
        prefix =
            switch wanted.lowercased() {
            case "", "appid", "namespace": appID
            case "name": declaration.name
            case "none": nil
            default: wanted
            }
    }

    /// The key as it is stored; nil if the application's key cannot be told from its prefix.
    func storedKey(_ key: String) -> String? {
        guard !key.contains("||") else { return nil }
        return prefix.map { "\($0)||\(key)" } ?? key
    }
}
