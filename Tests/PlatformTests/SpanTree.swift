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
    /// The tree of a trace, once it holds what a test looks for.
    ///
    /// A trace is settled when nothing has come for a second; on a machine that is busy with other tests a hop can
    /// take longer. Whoever knows what must come asks again until it is there, for half a minute.
    func tree(_ traceID: String, holding isWhole: (SpanTree) -> Bool = { _ in true }) async throws -> SpanTree
    {
        try await tree(asking: traceID, holding: isWhole)
    }

    /// The tree that `todo trace --last` prints, once it is the one that a test looks for.
    func lastTree(holding isWhole: (SpanTree) -> Bool = { _ in true }) async throws -> SpanTree {
        try await tree(asking: "--last", holding: isWhole)
    }

    private func tree(asking which: String, holding isWhole: (SpanTree) -> Bool) async throws -> SpanTree {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let result = try await todo("trace", which, "--json", "--data", data.path, "--wait", "10")
            if result.status == 0 {
                let tree = try SpanTree(json: result.output)
                if isWhole(tree) || ContinuousClock.now > deadline { return tree }
            } else {
                try #require(ContinuousClock.now < deadline, "\(result.errors)")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}

/// A trace that a test begins itself, so that it knows where to look.
struct ForeignTrace {
    let traceID = UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
    let spanID = "00f067aa0ba902b7"

    var traceparent: String { "00-\(traceID)-\(spanID)-01" }
}
