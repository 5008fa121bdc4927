import HTTPTypes
public import Hummingbird
import OTLP
import ServiceKit

/// The HTTP API of Tempo, as far as its clients need it here: a trace by its id in both versions and both forms, a
/// search by tags or by the simplest queries, what those may name, and the echo that tells that somebody is there.
public struct TempoRoutes: Sendable {
    /// Of Tempo's trace by id.
    enum Version: Sendable {
        case v1, v2
    }

    private static let largestLimit = 500

    private let store: TraceStore

    public init(store: TraceStore) {
        self.store = store
    }

    /// All of them below `/tempo`, and at the root what Jaeger's API has no use for.
    public func add(to router: some RouterMethods) {
        for root in ["", "/tempo"] {
            router.get("\(root)/api/v2/traces/{id}") { request, context in
                try await trace(request, context, .v2)
            }
            router.get("\(root)/api/search") { request, _ in try await search(request) }
            TempoTags(store: store).add(below: root, to: router)
            router.get("\(root)/api/echo") { _, _ in "echo" }
        }
        router.get("/tempo/api/traces/{id}") { request, context in try await trace(request, context, .v1) }
    }

    func trace(_ request: Request, _ context: some RequestContext, _ version: Version) async throws
        -> Response
    {
        guard let id = context.parameters.get("id").flatMap({ TraceID(jaeger: $0) }) else {
            throw Problem(.badRequest, "a trace id has 1 to 32 hexadecimal digits")
        }
        guard let spans = await store.spans(of: id) else { throw InspectorRoutes.missing }
        guard request.wantsProtobuf else {
            let groups = spans.map(OTLPResourceSpansJSON.init)
            return switch version {
            case .v1: try JSONText.answer(FirstAnswer(batches: groups), to: request)
            case .v2: try JSONText.answer(SecondAnswer(trace: .init(resourceSpans: groups)), to: request)
            }
        }
        // An export request and Tempo's trace are the same on the wire: a list of resource spans in field 1.
        let trace = TraceCodec.encode(spans)
        let bytes = version == .v1 ? trace : Self.field(1, holding: trace)
        return JSONText.answer(bytes, to: request, contentType: "application/protobuf")
    }

    /// A field of a message that holds another message.
    private static func field(_ number: UInt8, holding message: [UInt8]) -> [UInt8] {
        var bytes = [number << 3 | 2]
        var length = message.count
        while length >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        bytes.append(UInt8(length))
        return bytes + message
    }

    private func search(_ request: Request) async throws -> Response {
        var parameters = try QueryParameters(request)
        let limit = try parameters.takeLimit(default: 20, upTo: Self.largestLimit)
        let query = try TempoSearch.query(&parameters)
        let traces = await store.find(query, limit: limit).map(SearchAnswer.Trace.init)
        return try JSONText.answer(
            SearchAnswer(traces: traces, metrics: .init(inspectedTraces: traces.count)), to: request)
    }
}

extension TempoRoutes {
    private struct FirstAnswer: Encodable {
        let batches: [OTLPResourceSpansJSON]
    }

    private struct SecondAnswer: Encodable {
        struct Trace: Encodable {
            let resourceSpans: [OTLPResourceSpansJSON]
        }

        let trace: Trace
    }

    private struct SearchAnswer: Encodable {
        struct Trace: Encodable {
            let traceID: String
            let rootServiceName: String
            let rootTraceName: String
            let startTimeUnixNano: String
            let durationMs: UInt64

            init(_ summary: TraceSummary) {
                traceID = summary.traceId
                rootServiceName = summary.rootService
                rootTraceName = summary.rootName
                startTimeUnixNano = String(summary.startUnixNano)
                durationMs = summary.durationNano / 1_000_000
            }
        }

        struct Metrics: Encodable {
            let inspectedTraces: Int
        }

        let traces: [Trace]
        let metrics: Metrics
    }
}

extension Request {
    /// Whether the answer is wanted in bytes rather than in JSON.
    var wantsProtobuf: Bool {
        let accepted = headers[.accept]?.lowercased() ?? ""
        return accepted.contains("application/protobuf") || accepted.contains("application/x-protobuf")
    }
}
