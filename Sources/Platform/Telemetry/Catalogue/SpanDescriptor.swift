/// What is declared of a kind of span.
public struct SpanDescriptor: Sendable, Hashable {
    /// How a span stands to the others of its trace.
    public enum Kind: String, Sendable, Hashable {
        /// Work inside of a process.
        case `internal`
        /// A request from elsewhere.
        case server
        /// A request to elsewhere.
        case client
        /// The making of a message.
        case producer
        /// The handling of a message.
        case consumer
    }

    /// Who makes it, as the scope of its spans says.
    public enum Scope: String, Sendable, Hashable {
        /// A process of the platform.
        case platform = "todo"
        /// The local stand-in for Dapr, in the name of its app.
        case sidecar = "todo.sidecar"
        /// A browser, in the name of the page.
        case page = "todo.page"
    }

    /// The name; what stands in braces differs from span to span.
    public let name: String
    /// Its kind.
    public let kind: Kind
    /// Who makes it.
    public let scope: Scope
    /// The module that makes it.
    public let module: String
    /// One sentence.
    public let help: String
    /// Attributes that every such span has.
    public let always: [String]
    /// Attributes that some have.
    public let sometimes: [String]

    init(
        _ name: String, _ kind: Kind, scope: Scope = .platform, from module: String, help: String,
        always: [String] = [], sometimes: [String] = []
    ) {
        self.name = name
        self.kind = kind
        self.scope = scope
        self.module = module
        self.help = help
        self.always = always
        self.sometimes = sometimes
    }

    /// Whether a span of that name, kind and scope with those attributes is one of these.
    public func describes(name: String, kind: String, scope: String, attributes: Set<String>) -> Bool {
        kind == self.kind.rawValue && scope == self.scope.rawValue && nameFits(name)
            && attributes.isSuperset(of: always) && attributes.isSubset(of: always + sometimes)
    }

    /// A part in braces stands for one character or more.
    private func nameFits(_ name: String) -> Bool {
        var rest = name[...]
        var anything = false
        for part in pieces {
            guard let literal = part else {
                anything = true
                continue
            }
            if anything {
                guard !rest.isEmpty, let found = rest.dropFirst().firstRange(of: literal) else {
                    return false
                }
                rest = rest[found.upperBound...]
            } else {
                guard rest.hasPrefix(literal) else { return false }
                rest = rest.dropFirst(literal.count)
            }
            anything = false
        }
        return anything ? !rest.isEmpty : rest.isEmpty
    }

    /// Literal parts, and nil for each part in braces.
    private var pieces: [String?] {
        var result: [String?] = []
        var literal = ""
        var isInside = false
        for character in name {
            switch character {
            case "{":
                if !literal.isEmpty { result.append(literal) }
                literal = ""
                isInside = true
            case "}":
                result.append(nil)
                isInside = false
            default: if !isInside { literal.append(character) }
            }
        }
        if !literal.isEmpty { result.append(literal) }
        return result
    }
}
