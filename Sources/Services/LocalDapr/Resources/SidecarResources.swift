/// Everything that the files of the sidecar say.
public struct SidecarResources: Sendable {
    /// The building blocks, secrets and environment resolved.
    public var components: [ComponentDeclaration]
    /// How the sidecar treats what it carries.
    public var policies: SidecarPolicies
    /// What a person should know at the start, one line each: what is replaced, and what is left out.
    public var notes: [String] = []

    /// What there is without files.
    public init(
        components: [ComponentDeclaration] = LocalDapr.ownComponents, policies: SidecarPolicies = .init()
    ) {
        self.components = components
        self.policies = policies
    }

    /// Reads a folder. Every mistake is found at once, so that they can be mended together.
    ///
    /// - Parameter environment: what `envRef` may take values from.
    public static func read(
        folder: String, environment: [String: String]
    ) throws(LocalDaprError) -> SidecarResources {
        let (documents, mistakes) = try ResourceFolder(path: folder).documents()
        var reader = ResourceReader(environment: environment, mistakes: mistakes)
        reader.read(documents)
        guard reader.mistakes.isEmpty else { throw .resourcesWrong(reader.mistakes) }
        var resources = SidecarResources(components: reader.components, policies: reader.policies)
        resources.notes = reader.notes
        return resources
    }
}

/// What Subscription, Resiliency and Configuration documents say.
public struct SidecarPolicies: Sendable {
    var subscriptions: [DeclaredSubscription] = []
    var resiliency: [ResiliencyDocument] = []
    var tracing = TracingMode.on
    var access: AccessControl?
    var secretScopes: [SecretScope] = []

    /// None: every call allowed, one attempt for each event, tracing on.
    public init() {}
}

/// Sorts documents by their kind and keeps what the readers of each kind found.
struct ResourceReader {
    let environment: [String: String]
    var mistakes: [ResourceMistake]
    private(set) var notes: [String] = []
    private(set) var components: [ComponentDeclaration] = []
    private(set) var policies = SidecarPolicies()
    private var blueprints: [ComponentBlueprint] = []

    init(environment: [String: String], mistakes: [ResourceMistake] = []) {
        self.environment = environment
        self.mistakes = mistakes
    }

    mutating func read(_ documents: [ResourceNode]) {
        for document in documents {
            noting { reader throws(ResourceMistake) in try reader.read(document) }
        }
        resolveComponents()
    }

    private mutating func read(_ document: ResourceNode) throws(ResourceMistake) {
        let version = try document.requiredText("apiVersion")
        let kind = try document.requiredText("kind")
        guard version.hasPrefix("dapr.io/") else {
            throw try document.required("apiVersion").mistake("is not one of dapr.io")
        }
        switch (kind, version) {
        case ("Component", "dapr.io/v1alpha1"): blueprints.append(try ComponentBlueprint(document))
        case ("Subscription", "dapr.io/v1alpha1"), ("Subscription", "dapr.io/v2alpha1"):
            policies.subscriptions.append(try DeclaredSubscription.read(document, version: version))
        case ("Configuration", "dapr.io/v1alpha1"): try readConfiguration(document)
        case ("Resiliency", "dapr.io/v1alpha1"):
            policies.resiliency.append(try ResiliencyDocument(document))
        case ("Component", _), ("Subscription", _), ("Configuration", _), ("Resiliency", _):
            throw try document.required("apiVersion").mistake("is not a version of \(kind)")
        default:
            notes.append("\(document.file), document \(document.document): kind \(kind) is not served here")
        }
    }

    private mutating func readConfiguration(_ document: ResourceNode) throws(ResourceMistake) {
        let spec = try document.required("spec")
        try spec.allow(only: ConfigurationFields.known)
        policies.tracing = try TracingMode(configuration: spec)
        policies.access = try spec.field("accessControl").map { node throws(ResourceMistake) in
            try AccessControl(node)
        }
        policies.secretScopes =
            try spec.field("secrets").map { node throws(ResourceMistake) in
                try SecretScope.read(node)
            } ?? []
    }

    /// Secret stores come first: other components take values from them.
    private mutating func resolveComponents() {
        var secrets: [String: SecretFile] = [:]
        for blueprint in blueprints where blueprint.type == "secretstores.local.file" {
            noting { reader throws(ResourceMistake) in
                let component = try blueprint.resolved(secrets: [:], environment: reader.environment)
                // An absent or broken file holds nothing; who needs a secret of it will say so.
                secrets[blueprint.name] = try? SecretFile(component)
            }
        }
        for blueprint in blueprints {
            noting { reader throws(ResourceMistake) in
                try reader.add(blueprint, secrets: secrets)
            }
        }
    }

    private mutating func add(
        _ blueprint: ComponentBlueprint, secrets: [String: SecretFile]
    ) throws(ResourceMistake) {
        guard !components.contains(where: { $0.name == blueprint.name }) else {
            throw blueprint.mistake("metadata.name", "another component has the same name")
        }
        let service = ComponentService(type: blueprint.type)
        if let note = service.note(of: blueprint) { notes.append(note) }
        guard service != .none else { return }
        do {
            components.append(
                try blueprint.resolved(
                    secrets: secrets, environment: environment, isReplaced: service == .ownInstead))
        } catch {
            guard blueprint.ignoresErrors else { throw error }
            notes.append("left out, because its errors are to be ignored: \(error)")
        }
    }

    private mutating func noting(_ work: (inout ResourceReader) throws(ResourceMistake) -> Void) {
        do {
            try work(&self)
        } catch {
            mistakes.append(error)
        }
    }
}

/// The parts that a Configuration may have. Only tracing, access control and secrets mean something here.
enum ConfigurationFields {
    static let known: Set<String> = [
        "accessControl", "api", "appHttpPipeline", "components", "features", "httpPipeline", "logging",
        "metric", "metrics", "mtls", "nameResolution", "secrets", "tracing", "wasm", "workflow",
    ]
}
