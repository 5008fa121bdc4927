extension SecretScope {
    /// Reads `spec.secrets` of a Configuration; a store may have one scope.
    static func read(_ secrets: ResourceNode) throws(ResourceMistake) -> [SecretScope] {
        try secrets.allow(only: ["scopes"])
        var scopes: [SecretScope] = []
        for item in try secrets.list("scopes") {
            try item.allow(only: ["storeName", "defaultAccess", "allowedSecrets", "deniedSecrets"])
            let store = try item.requiredText("storeName")
            guard !scopes.contains(where: { $0.storeName == store }) else {
                throw try item.required("storeName").mistake("has a scope already")
            }
            scopes.append(
                SecretScope(
                    storeName: store, allowsByDefault: try allowsByDefault(item),
                    allowedSecrets: try item.texts("allowedSecrets"),
                    deniedSecrets: try item.texts("deniedSecrets")))
        }
        return scopes
    }

    private static func allowsByDefault(_ item: ResourceNode) throws(ResourceMistake) -> Bool {
        switch try item.text("defaultAccess")?.lowercased() {
        case nil, "", "allow": return true
        case "deny": return false
        default: throw try item.required("defaultAccess").mistake("must be allow or deny")
        }
    }
}
