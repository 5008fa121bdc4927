import CurlHTTP
import Foundation
import Testing

/// The answer of `todo trace --json`, as a test reads it.
struct SpanTree {
    /// One span with everything below it.
    struct Node {
        let name: String
        let service: String
        let kind: String
        let scope: String
        let spanID: String
        let parentID: String?
        let attributes: [String: Any]
        let links: [(traceID: String, spanID: String)]
        let children: [Node]

        init(_ json: [String: Any]) throws {
            name = try #require(json["name"] as? String)
            service = try #require(json["service"] as? String)
            kind = try #require(json["kind"] as? String)
            scope = json["scope"] as? String ?? ""
            spanID = try #require(json["spanId"] as? String)
            parentID = json["parentSpanId"] as? String
            attributes = json["attributes"] as? [String: Any] ?? [:]
            links = (json["links"] as? [[String: Any]] ?? []).map {
                ($0["traceId"] as? String ?? "", $0["spanId"] as? String ?? "")
            }
            children = try (json["children"] as? [[String: Any]] ?? []).map(Node.init)
        }

        /// This span and all below it.
        var all: [Node] { [self] + children.flatMap(\.all) }
    }

    let traceID: String
    let roots: [Node]

    init(json: String) throws {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        traceID = try #require(object["traceId"] as? String)
        roots = try (object["roots"] as? [[String: Any]] ?? []).map(Node.init)
    }

    var spans: [Node] { roots.flatMap(\.all) }

    func first(_ name: String, service: String) -> Node? {
        spans.first { $0.name == name && $0.service == service }
    }
}

extension RunningPlatform {
    /// The settled tree of a trace.
    func tree(_ traceID: String) async throws -> SpanTree {
        let result = try await todo("trace", traceID, "--json", "--data", data.path, "--wait", "10")
        try #require(result.status == 0, "\(result.errors)")
        return try SpanTree(json: result.output)
    }

    /// The tree that `todo trace --last` prints.
    func lastTree() async throws -> SpanTree {
        let result = try await todo("trace", "--last", "--json", "--data", data.path, "--wait", "10")
        try #require(result.status == 0, "\(result.errors)")
        return try SpanTree(json: result.output)
    }
}
