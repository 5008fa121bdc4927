/// A line of the drawn tree before it has a width.
struct TraceRow {
    /// Branches in front of the name.
    let branch: String
    /// Branches in front of what is said below the name.
    let continuation: String
    let node: TraceTree.Node
    /// What follows the name: `(sidecar)`, marks of links.
    let suffix: String
    /// What went wrong, if something did.
    let error: String?
    /// What was written to the log within the span.
    let logs: [TraceLog]
}

/// Links of a trace, numbered in order of appearance; links to the same span share a number.
struct LinkLegend {
    private(set) var entries: [String] = []
    private var numbers: [TraceTree.Link.Target: Int] = [:]
    private let nodes: [String: TraceTree.Node]
    private let traceID: String

    init(_ tree: TraceTree, nodes: [TraceTree.Node]) {
        traceID = tree.traceId
        self.nodes = Dictionary(nodes.map { ($0.spanId, $0) }) { first, _ in first }
    }

    mutating func marks(for links: [TraceTree.Link]) -> String {
        links.map { " ↗\(number(for: $0))" }.joined()
    }

    private mutating func number(for link: TraceTree.Link) -> Int {
        let target = TraceTree.Link.Target(traceId: link.traceId, spanId: link.spanId)
        if let number = numbers[target] { return number }
        numbers[target] = entries.count + 1
        entries.append("↗\(entries.count + 1) \(description(of: target))")
        return entries.count
    }

    private func description(of target: TraceTree.Link.Target) -> String {
        guard target.traceId == traceID else {
            return "link to trace \(target.traceId.printable), span \(target.spanId.printable)"
        }
        guard let node = nodes[target.spanId] else {
            return "link to span \(target.spanId.printable), which is not here"
        }
        return "link to span \(node.name.printable) (\(node.service.printable))"
    }
}

extension TraceTree.Link {
    struct Target: Hashable {
        let traceId: String
        let spanId: String
    }
}

/// Lays a tree out as rows, from top to bottom.
struct TraceRows {
    private(set) var rows: [TraceRow] = []
    private(set) var legend: LinkLegend
    private let logs: [String: [TraceLog]]

    /// - Parameter logs: of this trace; shown below their spans.
    init(_ tree: TraceTree, nodes: [TraceTree.Node], logs: [TraceLog] = []) {
        self.logs = Dictionary(grouping: logs) { $0.spanId ?? "" }
        legend = LinkLegend(tree, nodes: nodes)
        for root in tree.roots { add(root, branch: "", continuation: "", isRoot: true) }
    }

    private mutating func add(_ node: TraceTree.Node, branch: String, continuation: String, isRoot: Bool) {
        var suffix = ""
        if node.isOfSidecar { suffix += " (sidecar)" }
        if isRoot, node.parentSpanId != nil { suffix += " (parent not here)" }
        suffix += legend.marks(for: node.links)
        rows.append(
            TraceRow(
                branch: branch, continuation: continuation + (node.children.isEmpty ? "" : "│ "), node: node,
                suffix: suffix, error: node.errorText, logs: logs[node.spanId] ?? []))
        for (index, child) in node.children.enumerated() {
            let isLast = index == node.children.count - 1
            add(
                child, branch: continuation + (isLast ? "└ " : "├ "),
                continuation: continuation + (isLast ? "  " : "│ "), isRoot: false)
        }
    }
}

extension TraceTree.Node {
    /// Made by the Dapr sidecar in the name of its app.
    var isOfSidecar: Bool {
        scope == "todo.sidecar" || scope.hasPrefix("dapr")
    }

    /// Why the span failed: its message, the type of its error, or of the exception it recorded.
    fileprivate var errorText: String? {
        guard status == "error" else { return nil }
        let type =
            attributes["error.type"]?.text
            ?? events.lazy.compactMap { $0.attributes["exception.type"]?.text }.first
        let parts = [type, statusMessage].compactMap(\.self).filter { !$0.isEmpty }
        let distinct = parts.count == 2 && parts[0] == parts[1] ? [parts[0]] : parts
        return distinct.isEmpty ? "error" : distinct.joined(separator: ": ").printable
    }
}

extension TraceValue {
    fileprivate var text: String? {
        switch self {
        case .string(let text): text
        case .int(let int): String(int)
        default: nil
        }
    }
}
