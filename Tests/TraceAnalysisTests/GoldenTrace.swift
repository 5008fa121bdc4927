import Foundation
import OTLP
import Testing
import TraceAnalysis

/// Traces that the platform once made, as `todo trace ID --json` printed them.
enum GoldenTrace {
    private struct Tree: Decodable {
        struct Node: Decodable {
            struct Link: Decodable {
                let traceId: String
                let spanId: String
            }

            let spanId: String
            let parentSpanId: String?
            let name: String
            let service: String
            let scope: String
            let kind: String
            let startUnixNano: UInt64
            let durationNano: UInt64
            let status: String
            let attributes: [String: Value]
            let links: [Link]
            let children: [Node]
        }

        let traceId: String
        let roots: [Node]
    }

    private enum Value: Decodable {
        case string(String)
        case int(Int64)
        case double(Double)
        case bool(Bool)
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let bool = try? container.decode(Bool.self) {
                self = .bool(bool)
            } else if let int = try? container.decode(Int64.self) {
                self = .int(int)
            } else if let double = try? container.decode(Double.self) {
                self = .double(double)
            } else if let string = try? container.decode(String.self) {
                self = .string(string)
            } else {
                self = .other
            }
        }

        var attribute: AttributeValue {
            switch self {
            case .string(let text): .string(text)
            case .int(let int): .int(int)
            case .double(let double): .double(double)
            case .bool(let bool): .bool(bool)
            case .other: .empty
            }
        }
    }

    static func read(_ name: String) throws -> TraceForest {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Golden/\(name).json")
        let tree = try JSONDecoder().decode(Tree.self, from: Data(contentsOf: file))
        let trace = try #require(TraceID(hex: tree.traceId))
        var spans: [TracedSpan] = []
        var waiting = tree.roots
        while let node = waiting.popLast() {
            spans.append(try span(node, in: trace))
            waiting += node.children
        }
        return TraceForest(spans)
    }

    private static func span(_ node: Tree.Node, in trace: TraceID) throws -> TracedSpan {
        let kinds: [String: SpanKind] = [
            "internal": .internal, "server": .server, "client": .client, "producer": .producer,
            "consumer": .consumer,
        ]
        var span = Span(
            traceID: trace, spanID: try #require(SpanID(hex: node.spanId)),
            parentSpanID: node.parentSpanId.flatMap { SpanID(hex: $0) }, name: node.name,
            kind: kinds[node.kind] ?? .unspecified, startTimeUnixNano: node.startUnixNano,
            endTimeUnixNano: node.startUnixNano + node.durationNano)
        span.attributes = node.attributes.map { Attribute($0.key, $0.value.attribute) }
        span.status = node.status == "error" ? .error : .unset
        span.links = node.links.compactMap { link in
            guard let trace = TraceID(hex: link.traceId), let id = SpanID(hex: link.spanId) else {
                return nil
            }
            return Link(traceID: trace, spanID: id)
        }
        return TracedSpan(span, service: node.service, scope: node.scope)
    }
}

struct GoldenTraceTests {
    @Test(arguments: ["create-task", "complete-recurring-task", "fire-reminder"])
    func `a real trace hangs together, and its paths have no gaps`(name: String) throws {
        let forest = try GoldenTrace.read(name)
        #expect(forest.orphans.isEmpty && forest.circles.isEmpty)
        for goal in [CriticalPath.Goal.request, .flow] {
            let path = CriticalPath(forest, from: forest.roots[0], to: goal)
            #expect(path.segments.first?.start == forest.spans[forest.roots[0]].start)
            for (earlier, later) in zip(path.segments, path.segments.dropFirst()) {
                #expect(earlier.end == later.start)
            }
        }
        let flow = TraceFlow(forest)
        #expect(Set(flow.stages.flatMap(\.spans)) == Set(forest.spans.indices))
        #expect(TraceComparison(forest, forest).rows.allSatisfy { $0.delta == 0 })
    }

    @Test func `a created task goes to its table, to two consumers and to the open pages`() throws {
        let flow = TraceFlow(try GoldenTrace.read("create-task"))
        let words = flow.stages.map { "\($0.kind.rawValue) \($0.service) \($0.topic ?? "")" }
        #expect(
            Set(words) == [
                "request load ", "request gateway ", "invoke tasks ", "write tasks ",
                "outbox tasks todo.events",
                "outbox tasks task.updates", "publish tasks todo.events", "publish tasks task.updates",
                "broker audit todo.events", "broker reminders todo.events", "broker gateway task.updates",
                "handle audit todo.events", "handle reminders todo.events", "handle gateway task.updates",
                "effect audit ", "effect reminders ",
            ])
        #expect(flow.stages.count == words.count)
        #expect(flow.edges.count == flow.stages.count - 1 && flow.edges.allSatisfy { !$0.isLink })
    }

    @Test func `a completed recurring task leads through the next instance to its effects`() throws {
        let forest = try GoldenTrace.read("complete-recurring-task")
        let flow = TraceFlow(forest)
        #expect(flow.stages.count { $0.kind == .invoke } == 2)
        #expect(flow.stages.contains { $0.kind == .handle && $0.service == "recurring" })
        #expect(flow.stages.count { $0.kind == .handle && $0.service == "audit" } >= 3)
        let path = CriticalPath(forest, from: forest.roots[0], to: .flow)
        #expect(path.waiting > 0)
        #expect(path.duration == forest.end - forest.start)
    }

    @Test func `a reminder that fires is a job`() throws {
        let flow = TraceFlow(try GoldenTrace.read("fire-reminder"))
        #expect(flow.stages.first?.kind == .job)
        #expect(flow.stages.contains { $0.kind == .handle })
    }

    @Test func `the slow packet of a write is named with all its statements`() throws {
        let forest = try GoldenTrace.read("create-task")
        let insert = try #require(forest.index(named: "INSERT task"))
        let packet = forest.packet(of: insert).map { forest.spans[$0].span.name }
        #expect(packet.count == 8 && packet.contains("COMMIT") && !packet.contains("INSERT idempotency"))
    }
}
