import FoundationEssentials

/// The secrets of a `secretstores.local.file` component: a JSON file, read once.
///
/// Nested objects become names joined by the separator. With `multiValued` only what lies below the first
/// level is joined, so that one secret can have several entries.
struct SecretFile: Sendable {
    /// Name, then entry, then value.
    let secrets: [String: [String: String]]

    /// - Throws: `LocalDaprError.componentUnusable`, which names the file but nothing in it.
    init(_ declaration: ComponentDeclaration) throws(LocalDaprError) {
        let unusable = { (why: String) in
            LocalDaprError.componentUnusable(component: declaration.name, why: why)
        }
        guard let path = declaration.setting("secretsFile"), !path.isEmpty else {
            throw unusable("secretsFile is not set")
        }
        guard let content = try? Data(contentsOf: URL(filePath: path)) else {
            throw unusable("the file \(path) cannot be read")
        }
        guard case .object(let members) = JSONReader.read(Array(content)) else {
            throw unusable("the file \(path) is not a JSON object")
        }
        let given = declaration.setting("nestedSeparator") ?? ""
        let separator = given.isEmpty ? ":" : given
        let isMultiValued = ["true", "1", "t", "y", "yes", "on"]
            .contains((declaration.setting("multiValued") ?? "").lowercased())
        secrets = isMultiValued ? Self.grouped(members, separator) : Self.flat(members, separator)
    }

    /// One entry of a secret.
    func value(name: String, key: String) -> String? {
        secrets[name]?[key]
    }

    private static func flat(_ members: [String: JSONNode], _ separator: String) -> [String: [String: String]]
    {
        var values: [String: String] = [:]
        flatten(.object(members), at: "", separator, into: &values)
        return Dictionary(uniqueKeysWithValues: values.map { ($0.key, [$0.key: $0.value]) })
    }

    private static func grouped(_ members: [String: JSONNode], _ separator: String) -> [String: [String:
        String]]
    {
        members.reduce(into: [:]) { secrets, member in
            var values: [String: String] = [:]
            switch member.value {
            case .object, .array: flatten(member.value, at: "", separator, into: &values)
            default: flatten(member.value, at: member.key, separator, into: &values)
            }
            secrets[member.key] = values
        }
    }

    private static func flatten(
        _ node: JSONNode, at path: String, _ separator: String, into values: inout [String: String]
    ) {
        let below = { (name: String) in path.isEmpty ? name : path + separator + name }
        switch node {
        case .object(let members):
            for (name, value) in members { flatten(value, at: below(name), separator, into: &values) }
        case .array(let elements):
            for (index, value) in elements.enumerated() {
                flatten(value, at: below(String(index)), separator, into: &values)
            }
        case .string(let text): values[path] = text
        case .number(let text): values[path] = text
        case .bool(let value): values[path] = value ? "true" : "false"
        // As Go prints what is not there.
        case .null: values[path] = "<nil>"
        }
    }
}

extension ComponentDeclaration {
    /// A setting by its name, in any case, as the real components read them.
    func setting(_ name: String) -> String? {
        metadata.first { $0.key.lowercased() == name.lowercased() }?.value
    }
}
