import CurlHTTP
import Foundation

/// Looks for spans whose parent is not there, in the traces of a drill's tasks.
///
/// A process that is killed takes the spans with it that it had not sent, so a missing parent is an orphan's only if
/// the process that made the parent was not killed from five seconds before the first span that is left of the trace
/// (the lost ones began earlier, and a request may lie in a socket for a while) until five seconds after the last.
/// Which process that is follows from the span itself (`makerOfParent`). What the store of traces held when it
/// was killed is lost, and what others could not send meanwhile may be: traces that began before it had been ready
/// again for ten seconds are not judged.
struct DrillSpans: Sendable {
    struct Findings: Sendable {
        var tracesJudged = 0
        var tracesNotJudged = 0
        var spans = 0
        var excused = 0
        /// Name, service and trace of each orphan.
        var orphans: [String] = []
    }

    private struct Node: Decodable, Sendable {
        let spanId: String
        let parentSpanId: String?
        let name: String
        let service: String
        let scope: String
        let kind: String
        let startUnixNano: UInt64
        let durationNano: UInt64
        let children: [Node]

        var all: [Node] { [self] + children.flatMap(\.all) }
        var end: UInt64 { startUnixNano + durationNano }

        /// The process that must have made the parent of this span.
        var makerOfParent: String {
            if scope == "todo.sidecar" {
                // The callee's half of an invocation hangs below the caller's, a delivery below the `create` span.
                if kind == "server" { return "sidecar" }
                return name.hasPrefix("pubsub/") ? "tasks" : service
            }
            return kind == "server" ? "sidecar" : service
        }
    }

    private struct Tree: Decodable, Sendable {
        let traceId: String
        let roots: [Node]
    }

    private struct List: Decodable {
        struct Item: Decodable { let traceId: String }
        let items: [Item]
    }

    private static let second: UInt64 = 1_000_000_000
    let platform: RunningPlatform
    let strikes: [DrillStrike]
    /// Reading every trace of a long drill would take longer than the drill.
    var mostTraces = 5000

    func judge(_ tasks: [DrillTask]) async throws -> Findings {
        var findings = Findings()
        let base = "http://127.0.0.1:\(platform.portBase + 61)/inspector/traces"
        var seen: Set<String> = []
        for task in tasks.reversed() where seen.count < mostTraces {
            let list = try await platform.http.send(.init("GET", "\(base)?task=\(task.id)&limit=100"))
            for item in try JSONDecoder().decode(List.self, from: Data(list.body)).items
            where seen.insert(item.traceId).inserted {
                let answer = try await platform.http.send(.init("GET", "\(base)/\(item.traceId)"))
                guard answer.status == 200 else { continue }
                judge(try JSONDecoder().decode(Tree.self, from: Data(answer.body)), &findings)
            }
        }
        return findings
    }

    private func judge(_ tree: Tree, _ findings: inout Findings) {
        let spans = tree.roots.flatMap(\.all)
        let start = spans.map(\.startUnixNano).min() ?? 0
        let end = spans.map(\.end).max() ?? 0
        guard start >= judgedFrom else {
            findings.tracesNotJudged += 1
            return
        }
        findings.tracesJudged += 1
        findings.spans += spans.count
        for root in tree.roots where root.parentSpanId != nil {
            let blows = strikes.filter { $0.victim.process == root.makerOfParent }.map(\.time)
            // Spans that wait behind an export under way wait as long as that may take: ten seconds.
            let excuse = max(start, 10 * Self.second) - 10 * Self.second...end + 10 * Self.second
            if blows.contains(where: excuse.contains) {
                findings.excused += 1
            } else {
                findings.orphans.append(describe(root, in: tree, from: start, blows))
            }
        }
    }

    /// With what a person needs to judge it: when the maker of the parent was struck, seen from the trace's start.
    private func describe(_ orphan: Node, in tree: Tree, from start: UInt64, _ blows: [UInt64]) -> String {
        let distances = blows.map { "\((Int64($0) - Int64(start)) / 1_000_000) ms" }.joined(separator: ", ")
        return "\(orphan.name) of \(orphan.service) in \(tree.traceId): parent by \(orphan.makerOfParent), "
            + "struck at \(distances.isEmpty ? "no time" : distances)"
    }

    /// From when on traces are judged.
    var judgedFrom: UInt64 {
        strikes.compactMap(\.readyAgain).max().map { $0 + 10 * Self.second } ?? 0
    }
}
