import COTLP
import OTLP

/// What it costs to make 512 spans of 10 attributes each into bytes, and how much of it is the packing of protobuf-c,
/// whose structs are there already.
struct EncodingBenchmarks {
    static let bare = "bare C pack of the same batch"

    private let batch: [ResourceSpans]
    private let bytes: [UInt8]

    init() {
        let values: [Attribute] = [
            Attribute("http.request.method", .string("GET")),
            Attribute("http.route", .string("/api/v1/tasks/{id}")),
            Attribute("url.path", .string("/api/v1/tasks/0193f1a2")),
            Attribute("url.scheme", .string("http")),
            Attribute("server.address", .string("tasks.internal")), Attribute("server.port", .int(8080)),
            Attribute("network.protocol.version", .string("1.1")),
            Attribute("http.response.status_code", .int(200)),
            Attribute("http.response.body.size", .int(1234)), Attribute("todo.cache.hit", .bool(true)),
        ]
        let spans = (UInt64(1)...512).map { number in
            var span = Span(
                traceID: TraceID(high: 0x0193_f1a2, low: number &* 0x9E37_79B9_7F4A_7C15),
                spanID: SpanID(number &* 0xBF58_476D_1CE4_E5B9), parentSpanID: SpanID(number),
                name: "GET /api/v1/tasks/{id}", kind: .server,
                startTimeUnixNano: 1_795_000_000_000_000_000 + number,
                endTimeUnixNano: 1_795_000_000_001_000_000 + number)
            span.attributes = values
            span.flags = 0x103
            return span
        }
        batch = [
            ResourceSpans(
                resource: Resource(attributes: [Attribute("service.name", .string("benchmark"))]),
                scopeSpans: [ScopeSpans(scope: InstrumentationScope(name: "benchmark"), spans: spans)])
        ]
        bytes = TraceCodec.encode(batch)
    }

    var all: [Benchmark] {
        let ours = Benchmark(name: "encoding of 512 spans of 10 attributes", goal: nil, operations: 10) {
            count in
            for _ in 0..<count { _ = TraceCodec.encode(batch) }
        }
        // Lives as long as the program.
        guard let message = todo_otlp__export_request__unpack(nil, bytes.count, bytes) else { return [ours] }
        let bare = Benchmark(name: Self.bare, goal: nil, operations: 10) { count in
            for _ in 0..<count {
                let size = todo_otlp__export_request__get_packed_size(message)
                _ = [UInt8](unsafeUninitializedCapacity: size) { buffer, written in
                    written = todo_otlp__export_request__pack(message, buffer.baseAddress)
                }
            }
        }
        return [ours, bare]
    }
}
