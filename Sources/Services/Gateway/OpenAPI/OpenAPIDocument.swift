import HTTPTypes
import TodoDomain

/// The reference as an OpenAPI 3.1 document.
enum OpenAPIDocument {
    static let tree: JSONTree = [
        "openapi": "3.1.0",
        "info": [
            "title": "Todo", "version": "1",
            "description":
                "Tasks, lists and what is done to them. Errors are problems (RFC 9457); lists come in pages.",
            "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
        ],
        "servers": [["url": "/"]],
        "tags": .list(
            APIReference.tags.map { ["name": .text($0.name), "description": .text($0.note)] }),
        "paths": paths,
        "components": components,
    ]

    private static var paths: JSONTree {
        var order: [String] = []
        var items: [String: [JSONTree.Member]] = [:]
        for operation in APIReference.operations {
            if items[operation.path] == nil { order.append(operation.path) }
            items[operation.path, default: []].append(
                .init(operation.method.rawValue.lowercased(), described(operation)))
        }
        return .object(order.map { .init($0, .object(items[$0] ?? [])) })
    }

    private static func described(_ operation: APIOperation) -> JSONTree {
        var members: [JSONTree.Member] = [
            .init("operationId", .text(operation.id)), .init("tags", [.text(operation.tag)]),
            .init("summary", .text(operation.summary)),
        ]
        if !operation.note.isEmpty { members.append(.init("description", .text(operation.note))) }
        let security: JSONTree =
            operation.scope.map { [["token": [.text($0)]]] }
            ?? (operation.usesCookie
                ? [["refresh": []]] : operation.isForGuests ? [[:], ["token": []]] : [])
        members.append(.init("security", security))
        let parameters = pathParameters(operation) + operation.parameters
        if !parameters.isEmpty { members.append(.init("parameters", .list(parameters))) }
        if let body = operation.body {
            members.append(
                .init(
                    "requestBody",
                    [
                        "required": .bool(!operation.isBodyOptional),
                        "content": .object(body.types.map { .init($0, ["schema": body.schema]) }),
                    ]))
        }
        members.append(.init("responses", responses(operation)))
        return .object(members)
    }

    private static func pathParameters(_ operation: APIOperation) -> [JSONTree] {
        operation.path.split(separator: "/").compactMap { segment in
            guard segment.hasPrefix("{"), let end = segment.firstIndex(of: "}") else { return nil }
            let name = String(segment[segment.index(after: segment.startIndex)..<end])
            return [
                "name": .text(name), "in": "path", "required": true,
                "schema": name == "id" ? APISchema.anyUUID : APISchema.text(1...200),
            ]
        }
    }

    private static func responses(_ operation: APIOperation) -> JSONTree {
        var members = operation.answers.map { answer in
            JSONTree.Member(String(answer.status), described(answer, of: operation))
        }
        for status in operation.problems where !operation.answers.contains(where: { $0.status == status }) {
            members.append(.init(String(status), ["$ref": .text("#/components/responses/Problem\(status)")]))
        }
        return .object(members.sorted { $0.name < $1.name })
    }

    private static func described(_ answer: APIOperation.Answer, of operation: APIOperation) -> JSONTree {
        var members: [JSONTree.Member] = [.init("description", .text(answer.note))]
        if !answer.headers.isEmpty {
            members.append(
                .init(
                    "headers",
                    .object(answer.headers.map { .init($0, ["schema": ["type": "string"]]) })))
        }
        var content: [JSONTree.Member] = []
        if let (type, schema) = answer.content { content.append(.init(type, ["schema": schema])) }
        // A refusal with the same status as an answer of its own kind.
        if operation.problems.contains(answer.status) { content.append(problemContent) }
        if !content.isEmpty { members.append(.init("content", .object(content))) }
        return .object(members)
    }

    private static let problemContent = JSONTree.Member(
        "application/problem+json", ["schema": APISchema.ref("Problem")])

    private static var components: JSONTree {
        let statuses = Set(APIReference.operations.flatMap(\.problems)).sorted()
        return [
            "securitySchemes": [
                "token": [
                    "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "an access token of sign-in; the names beside it are scopes",
                ],
                "refresh": ["type": "apiKey", "in": "cookie", "name": .text(RefreshCookie.name)],
            ],
            "parameters": parameters,
            "responses": .object(
                statuses.map { status in
                    .init(
                        "Problem\(status)",
                        [
                            "description": .text(APIOperation.phrase(status)),
                            "content": .object([problemContent]),
                        ])
                }),
            "schemas": .object(APIReference.schemas.map { .init($0.0, $0.1) }),
        ]
    }

    private static let parameters: JSONTree = [
        "limit": [
            "name": "limit", "in": "query", "description": "items of a page",
            "schema": APISchema.integer(1...100),
        ],
        "cursor": [
            "name": "cursor", "in": "query", "description": "nextCursor of the page before, and nothing else",
            "schema": APISchema.text(),
        ],
        "sort": [
            "name": "sort", "in": "query",
            "description":
                "up to four of due, priority, created, updated, completed, title, position; - before one turns it",
            "schema": APISchema.text(),
        ],
        "fields": [
            "name": "fields", "in": "query",
            "description": "members to show besides the id, with commas between",
            "schema": APISchema.text(),
        ],
        "ifMatch": [
            "name": "If-Match", "in": "header", "description": "write only if it is still this version",
            "schema": APISchema.text(pattern: #"^(\*|"[0-9.]+(-gz)?")$"#),
        ],
        "ifNoneMatch": [
            "name": "If-None-Match", "in": "header", "description": "answer only if it is another version",
            "schema": APISchema.text(pattern: #"^(\*|"[0-9a-z.]+(-gz)?")$"#),
        ],
        "idempotencyKey": [
            "name": "Idempotency-Key", "in": "header",
            "description": "a repetition with the same key is answered as the first was, for a day",
            "schema": APISchema.text(1...255, pattern: "^[!-~]+$"),
        ],
    ]
}
