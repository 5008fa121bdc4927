import OTLP
import Synchronization

/// Links between a trace and others, in both directions.
struct TraceLinks: Encodable, Sendable {
    struct Outgoing: Encodable, Sendable {
        let spanId: String
        let traceId: String
        let linkedSpanId: String
        let reason: String?
        /// Whether the other trace is here.
        let known: Bool
        let rootName: String?
    }

    struct Incoming: Encodable, Sendable {
        /// The other trace and its span.
        let traceId: String
        let spanId: String
        /// The span here that it links to.
        let linkedSpanId: String
        let reason: String?
        let rootName: String
    }

    let outgoing: [Outgoing]
    let incoming: [Incoming]
}

extension TraceStore {
    /// More of each direction are left out: nobody walks a thousand ways.
    private static let mostLinks = 200
    private static let mostLinkingTraces = 50

    func links(of id: TraceID, _ spans: [StoredSpan]) async -> TraceLinks {
        var outgoing: [TraceLinks.Outgoing] = []
        for stored in spans {
            for link in stored.span.links where link.traceID != id && outgoing.count < Self.mostLinks {
                let other = summary(of: link.traceID)
                outgoing.append(
                    TraceLinks.Outgoing(
                        spanId: stored.span.spanID.hex, traceId: link.traceID.hex,
                        linkedSpanId: link.spanID.hex, reason: link.reason, known: other != nil,
                        rootName: other?.rootName))
            }
        }
        return TraceLinks(outgoing: outgoing, incoming: await incomingLinks(of: id))
    }

    private func incomingLinks(of id: TraceID) async -> [TraceLinks.Incoming] {
        let linking = state.withLock { Array($0.linkedFrom[id, default: []].suffix(Self.mostLinkingTraces)) }
        var incoming: [TraceLinks.Incoming] = []
        for other in linking {
            guard let summary = summary(of: other), let spans = await self.spans(of: other) else { continue }
            for stored in spans.storedSpans {
                for link in stored.span.links where link.traceID == id && incoming.count < Self.mostLinks {
                    incoming.append(
                        TraceLinks.Incoming(
                            traceId: other.hex, spanId: stored.span.spanID.hex,
                            linkedSpanId: link.spanID.hex, reason: link.reason, rootName: summary.rootName))
                }
            }
        }
        return incoming
    }
}

extension Link {
    /// Why there is a link, where its maker says so.
    fileprivate var reason: String? { attributes.string("todo.link.reason") }
}
