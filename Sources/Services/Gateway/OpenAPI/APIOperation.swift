import HTTPTypes
import ServiceKit
import TodoDomain

/// One public route, described once for machines and people.
struct APIOperation: Sendable {
    /// What is answered when all goes well.
    struct Answer: Sendable {
        var status: Int
        var note: String
        /// Media type and schema; nil for an answer without a body.
        var content: (type: String, schema: JSONTree)?
        var headers: [String] = []
    }

    let method: HTTPRequest.Method
    let path: String
    /// What clients that are generated call it.
    let id: String
    let tag: String
    let summary: String
    var note = ""
    /// Nil for a route that anybody may call.
    var scope: String?
    /// Whether the refresh cookie is what a caller is known by.
    var usesCookie = false
    /// Whether a token is good to have, but not needed.
    var isForGuests = false
    var parameters: [JSONTree] = []
    var body: (types: [String], schema: JSONTree)?
    var isBodyOptional = false
    var answers: [Answer] = []
    /// Refusals besides those that every such route has.
    var refusals: [Int] = []
    /// Whether another service answers.
    var isForwarded = false

    /// Statuses that a client may meet here, each a problem.
    var problems: [Int] {
        // Whatever cannot be read, comes too slowly, or is more than a process takes.
        var all: Set<Int> = [400, 408, 414, 431, 503]
        if scope != nil { all.formUnion([401, 403, 429]) }
        if body != nil { all.formUnion([413, 415, 422]) }
        if path.contains("{") { all.insert(404) }
        if isForwarded { all.formUnion([413, 504]) }
        return all.union(refusals).sorted()
    }

    // MARK: Words to describe with

    init(_ method: HTTPRequest.Method, _ path: String, _ id: String, in tag: String, _ summary: String) {
        self.method = method
        self.path = path
        self.id = id
        self.tag = tag
        self.summary = summary
    }

    /// A route of `tasks`, which the gateway passes on.
    static func tasks(
        _ method: HTTPRequest.Method, _ path: String, _ id: String, in tag: String, _ summary: String,
        scope: String? = nil
    ) -> APIOperation {
        var operation = APIOperation(method, "/api/v1\(path)", id, in: tag, summary)
        operation.scope = scope ?? (method == .get ? "tasks:read" : "tasks:write")
        operation.isForwarded = true
        return operation
    }

    func explained(_ note: String) -> APIOperation { with { $0.note = note } }

    func scoped(_ scope: String) -> APIOperation { with { $0.scope = scope } }

    func knownByCookie() -> APIOperation {
        with {
            $0.usesCookie = true
            $0.refusals += [403]
        }
    }

    func welcomesGuests() -> APIOperation { with { $0.isForGuests = true } }

    func query(_ name: String, _ schema: JSONTree, _ note: String, isRequired: Bool = false) -> APIOperation {
        parameter(name, in: "query", schema, note, isRequired: isRequired)
    }

    func header(_ name: String, _ schema: JSONTree, _ note: String) -> APIOperation {
        parameter(name, in: "header", schema, note, isRequired: false)
    }

    private func parameter(
        _ name: String, in place: String, _ schema: JSONTree, _ note: String, isRequired: Bool
    ) -> APIOperation {
        with { operation in
            var members: [JSONTree.Member] = [
                .init("name", .text(name)), .init("in", .text(place)), .init("description", .text(note)),
            ]
            if isRequired { members.append(.init("required", true)) }
            operation.parameters.append(.object(members + [.init("schema", schema)]))
        }
    }

    func parameter(_ name: String) -> APIOperation {
        with { $0.parameters.append(["$ref": .text("#/components/parameters/\(name)")]) }
    }

    /// A list in pages.
    func paged() -> APIOperation { parameter("limit").parameter("cursor").refusing(422) }

    /// A write of something with a version.
    func conditional() -> APIOperation { parameter("ifMatch").refusing(412) }

    /// A write whose repetition is answered as the first was, and which can be undone.
    func repeatable() -> APIOperation { parameter("idempotencyKey").refusing(422) }

    func sends(
        _ schema: JSONTree, as types: [String] = ["application/json"], isOptional: Bool = false
    ) -> APIOperation {
        with {
            $0.body = (types, schema)
            $0.isBodyOptional = isOptional
        }
    }

    func sendsPatch(_ schema: JSONTree) -> APIOperation {
        sends(schema, as: ["application/merge-patch+json", "application/json"])
    }

    func answers(
        _ status: Int, _ schema: JSONTree? = nil, _ note: String = "", type: String = "application/json",
        headers: [String] = []
    ) -> APIOperation {
        with {
            $0.answers.append(
                Answer(
                    status: status, note: note.isEmpty ? Self.phrase(status) : note,
                    content: schema.map { (type, $0) }, headers: headers))
        }
    }

    /// A read that can be asked whether anything has changed.
    func cached() -> APIOperation {
        parameter("ifNoneMatch").answers(304, nil, "nothing has changed since", headers: ["ETag"])
    }

    func refusing(_ statuses: Int...) -> APIOperation { with { $0.refusals += statuses } }

    private func with(_ change: (inout APIOperation) -> Void) -> APIOperation {
        var operation = self
        change(&operation)
        return operation
    }

    static func phrase(_ status: Int) -> String {
        switch status {
        case 201: "made"
        case 204: "done; there is nothing to show"
        case 304: "nothing has changed since"
        case 414: "URI Too Long"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 200: "what was asked for"
        default: HTTPResponse.Status(code: status).reasonPhrase
        }
    }
}
