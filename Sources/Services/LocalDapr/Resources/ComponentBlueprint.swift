/// A component as its file says it, before secrets and environment are looked up.
struct ComponentBlueprint {
    enum Value {
        case plain(String)
        case secret(name: String, key: String)
        case environment(String)
    }

    let name: String
    let type: String
    let scopes: [String]
    let ignoresErrors: Bool
    private let secretStore: String
    private let metadata: [(name: String, value: Value, field: String)]
    private let file: String
    private let document: Int

    init(_ document: ResourceNode) throws(ResourceMistake) {
        try document.allow(only: ["apiVersion", "kind", "metadata", "spec", "auth", "scopes"])
        name = try document.required("metadata").requiredText("name")
        let spec = try document.required("spec")
        try spec.allow(only: ["type", "version", "ignoreErrors", "initTimeout", "metadata"])
        type = try spec.requiredText("type")
        _ = try spec.requiredText("version")
        _ = try spec.duration("initTimeout")
        ignoresErrors = try spec.flag("ignoreErrors") ?? false
        scopes = try document.texts("scopes")
        secretStore = try document.field("auth")?.text("secretStore") ?? ""
        metadata = try spec.list("metadata").map { item throws(ResourceMistake) in
            (try item.requiredText("name"), try Self.value(of: item), item.path)
        }
        file = document.file
        self.document = document.document
    }

    private static func value(of item: ResourceNode) throws(ResourceMistake) -> Value {
        try item.allow(only: ["name", "value", "secretKeyRef", "envRef"])
        let reference = try item.field("secretKeyRef")
        let variable = try item.text("envRef")
        if let reference {
            try reference.allow(only: ["name", "key"])
            let name = try reference.requiredText("name")
            return .secret(name: name, key: try reference.text("key") ?? name)
        }
        if let variable {
            // daprd refuses these too: a component must not read the sidecar's own tokens.
            guard !variable.hasPrefix("DAPR_"), variable != "APP_API_TOKEN" else {
                throw try item.required("envRef").mistake("names a variable that components may not read")
            }
            return .environment(variable)
        }
        return .plain(try item.text("value") ?? "")
    }

    func mistake(_ field: String, _ problem: String) -> ResourceMistake {
        ResourceMistake(file: file, document: document, field: field, problem: problem)
    }

    /// The component with its values.
    ///
    /// - Parameter isReplaced: the stand-in serves it with something of its own; addresses and passwords of the
    ///   real one are then not needed, and left out where they cannot be found.
    func resolved(
        secrets: [String: SecretFile], environment: [String: String], isReplaced: Bool = false
    ) throws(ResourceMistake) -> ComponentDeclaration {
        var values: [String: String] = [:]
        for item in metadata {
            switch item.value {
            case .plain(let text): values[item.name] = text
            // A variable that is not set is empty, as for daprd.
            case .environment(let variable): values[item.name] = environment[variable] ?? ""
            case .secret(let name, let key):
                if let text = secrets[secretStore]?.value(name: name, key: key) {
                    values[item.name] = text
                } else if !isReplaced {
                    throw mistake(
                        item.field + ".secretKeyRef",
                        secrets[secretStore] == nil
                            ? "auth.secretStore names no secret store of kind file"
                            : "the secret store has no such secret")
                }
            }
        }
        return ComponentDeclaration(
            name: name, type: type, metadata: values, scopes: scopes, ignoresErrors: ignoresErrors)
    }
}

/// How the stand-in serves a type of component.
enum ComponentService: Equatable {
    /// As it is.
    case asDeclared
    /// With something of its own that behaves alike.
    case ownInstead
    case none

    init(type: String) {
        switch type {
        case "pubsub.local", "state.postgresql", "secretstores.local.file", "bindings.cron":
            self = .asDeclared
        case "secretstores.kubernetes", "secretstores.local.env": self = .ownInstead
        default:
            self = type.hasPrefix("pubsub.") || type.hasPrefix("state.") ? .ownInstead : .none
        }
    }

    func note(of blueprint: ComponentBlueprint) -> String? {
        switch self {
        case .asDeclared: return nil
        case .ownInstead:
            let replacement =
                blueprint.type.hasPrefix("pubsub.")
                ? "the log in PostgreSQL" : blueprint.type.hasPrefix("state.") ? "PostgreSQL" : "a file"
            return "component \(blueprint.name): \(blueprint.type) is replaced by \(replacement)"
        case .none:
            return "component \(blueprint.name): \(blueprint.type) is not served here and left out"
        }
    }
}
