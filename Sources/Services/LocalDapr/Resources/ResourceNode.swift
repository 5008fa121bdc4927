import Yams

/// A value inside a resource file that knows where it stands, so that every complaint can name its place.
struct ResourceNode {
    let file: String
    let document: Int
    let path: String
    let node: Node

    func mistake(_ problem: String) -> ResourceMistake {
        ResourceMistake(file: file, document: document, field: path, problem: problem)
    }

    /// The field of that name; `nil` when it is absent or null.
    func field(_ name: String) throws(ResourceMistake) -> ResourceNode? {
        guard let mapping = node.mapping else { throw mistake("must be a mapping") }
        guard let value = mapping[Node(name)], !Self.isNull(value) else { return nil }
        return child(value, named: name)
    }

    func required(_ name: String) throws(ResourceMistake) -> ResourceNode {
        guard let value = try field(name) else {
            throw ResourceMistake(file: file, document: document, field: below(name), problem: "is missing")
        }
        return value
    }

    func text() throws(ResourceMistake) -> String {
        guard let scalar = node.scalar else { throw mistake("must be a text") }
        return scalar.string
    }

    /// A text that is there; an absent one is `nil`.
    func text(_ name: String) throws(ResourceMistake) -> String? {
        try field(name)?.text()
    }

    /// A text that must be there and say something.
    func requiredText(_ name: String) throws(ResourceMistake) -> String {
        let value = try required(name)
        let text = try value.text()
        guard !text.isEmpty else { throw value.mistake("is empty") }
        return text
    }

    func flag(_ name: String) throws(ResourceMistake) -> Bool? {
        guard let value = try field(name) else { return nil }
        switch try value.text() {
        case "true": return true
        case "false": return false
        default: throw value.mistake("must be true or false")
        }
    }

    func number(_ name: String) throws(ResourceMistake) -> Int? {
        guard let value = try field(name) else { return nil }
        guard let number = Int(try value.text()) else { throw value.mistake("must be a whole number") }
        return number
    }

    func duration(_ name: String) throws(ResourceMistake) -> Duration? {
        guard let value = try field(name) else { return nil }
        return try value.duration()
    }

    func duration() throws(ResourceMistake) -> Duration {
        guard let duration = GoDuration.parse(try text()), duration >= .zero else {
            throw mistake("must be a duration such as 200ms, 15s or 2m")
        }
        return duration
    }

    /// The elements of a list; an absent one is empty.
    func list(_ name: String) throws(ResourceMistake) -> [ResourceNode] {
        guard let value = try field(name) else { return [] }
        guard let sequence = value.node.sequence else { throw value.mistake("must be a list") }
        return sequence.enumerated().map { index, node in
            ResourceNode(file: file, document: document, path: "\(value.path)[\(index)]", node: node)
        }
    }

    func texts(_ name: String) throws(ResourceMistake) -> [String] {
        try list(name).map { element throws(ResourceMistake) in try element.text() }
    }

    /// The members of a mapping in the order of the file; an absent one is empty.
    func members(_ name: String) throws(ResourceMistake) -> [(name: String, value: ResourceNode)] {
        guard let value = try field(name) else { return [] }
        guard let mapping = value.node.mapping else { throw value.mistake("must be a mapping") }
        return try mapping.map { key, node throws(ResourceMistake) in
            guard let name = key.scalar?.string else { throw value.mistake("has a key that is no text") }
            return (name, value.child(node, named: name))
        }
    }

    /// Refuses fields that nobody would read: they are misspelt, or mean something that would not happen.
    func allow(only names: Set<String>) throws(ResourceMistake) {
        guard let mapping = node.mapping else { throw mistake("must be a mapping") }
        for key in mapping.keys {
            let name = key.scalar?.string ?? "?"
            guard names.contains(name) else {
                throw ResourceMistake(
                    file: file, document: document, field: below(name), problem: "is not known")
            }
        }
    }

    private func child(_ node: Node, named name: String) -> ResourceNode {
        ResourceNode(file: file, document: document, path: below(name), node: node)
    }

    private func below(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    static func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }
}
