/// Who may invoke what: `spec.accessControl` of a Configuration.
///
/// The real sidecar knows the caller by its certificate; here the listener a call came through says who calls.
struct AccessControl: Sendable, Equatable {
    struct Operation: Sendable, Equatable {
        /// Path pieces; `*` stands for one, a final `**` for any number.
        var pieces: [String]
        /// Upper case; empty for any.
        var verbs: [String]
        var isAllowed: Bool
    }

    struct Policy: Sendable, Equatable {
        var isAllowed: Bool
        var operations: [Operation]
    }

    var allowsByDefault: Bool
    var policies: [String: Policy]

    init(_ node: ResourceNode) throws(ResourceMistake) {
        try node.allow(only: ["defaultAction", "trustDomain", "policies"])
        // A list of policies without a default would be closed; no list at all is open.
        let list = try node.list("policies")
        allowsByDefault = try Self.action(node, "defaultAction") ?? list.isEmpty
        policies = [:]
        for item in list {
            try item.allow(only: ["appId", "defaultAction", "trustDomain", "namespace", "operations"])
            let appID = try item.requiredText("appId")
            guard policies[appID] == nil else {
                throw try item.required("appId").mistake("has a policy already")
            }
            let operations = try item.list("operations").map { operation throws(ResourceMistake) in
                try operation.allow(only: ["name", "httpVerb", "action"])
                return Operation(
                    pieces: Self.pieces(of: try operation.requiredText("name")),
                    verbs: try operation.texts("httpVerb").filter { $0 != "*" }.map { $0.uppercased() },
                    isAllowed: try Self.action(operation, "action") ?? false)
            }
            policies[appID] = Policy(
                isAllowed: try Self.action(item, "defaultAction") ?? allowsByDefault, operations: operations)
        }
    }

    private static func action(_ node: ResourceNode, _ field: String) throws(ResourceMistake) -> Bool? {
        switch try node.text(field)?.lowercased() {
        case nil, "": return nil
        case "allow": return true
        case "deny": return false
        default: throw try node.required(field).mistake("must be allow or deny")
        }
    }

    private static func pieces(of path: String) -> [String] {
        path.split(separator: "/").map(String.init)
    }

    /// The first operation that fits decides, then the caller's default, then everybody's.
    func allows(_ caller: String, verb: String, target: String) -> Bool {
        guard let policy = policies[caller] else { return allowsByDefault }
        let path = Self.pieces(of: String(target.prefix { $0 != "?" }))
        let operation = policy.operations.first { operation in
            Self.fits(path, operation.pieces[...])
                && (operation.verbs.isEmpty || operation.verbs.contains(verb.uppercased()))
        }
        return operation?.isAllowed ?? policy.isAllowed
    }

    private static func fits(_ path: [String], _ pattern: ArraySlice<String>) -> Bool {
        let isOpen = pattern.last == "**"
        let fixed = isOpen ? pattern.dropLast() : pattern
        guard isOpen ? path.count >= fixed.count : path.count == fixed.count else { return false }
        return zip(path, fixed).allSatisfy { piece, wanted in wanted == "*" || wanted == piece }
    }
}
