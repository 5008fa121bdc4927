import FoundationEssentials

/// The secrets of a `secretstores.local.file` component, for the values that other components take from it.
struct SecretFile: Sendable {
    private let values: [String: [String: String]]

    /// An absent or broken file holds nothing; who needs a secret of it will say so.
    init(_ component: ComponentDeclaration) {
        let path = component.metadata["secretsFile"] ?? ""
        let data = path.isEmpty ? nil : try? Data(contentsOf: URL(filePath: path))
        let members = data.flatMap { JSONReader.read(Array($0))?.members } ?? [:]
        if component.metadata["multiValued"] == "true" {
            values = members.mapValues(\.textMembers)
        } else {
            let separator = component.metadata["nestedSeparator"] ?? ":"
            let flat = Self.flat(members, below: "", separator: separator)
            values = Dictionary(
                flat.map { ($0.key, [$0.key: $0.value]) }, uniquingKeysWith: { first, _ in first })
        }
    }

    func value(name: String, key: String) -> String? {
        values[name]?[key]
    }

    private static func flat(
        _ members: [String: JSONNode], below prefix: String, separator: String
    ) -> [String: String] {
        var values: [String: String] = [:]
        for (name, node) in members {
            switch node {
            case .string(let text), .number(let text): values[prefix + name] = text
            case .object(let inner):
                let deeper = flat(inner, below: prefix + name + separator, separator: separator)
                values.merge(deeper) { first, _ in first }
            default: continue
            }
        }
        return values
    }
}
