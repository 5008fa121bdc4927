import FoundationEssentials
import Gzip
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OTLP
import Synchronization
import TestSupport
import Testing
import Traces

@Suite struct InspectorRoutesTests {
    private let store = TraceStore(limits: TraceStoreLimits(spansPerTrace: 100, settleDelay: .zero))
    private let logs = LogStore(limits: LogStore.Limits(recordsPerTrace: 3))
    private let protobuf: HTTPFields = [.contentType: "application/x-protobuf"]

    private func send(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: [UInt8] = []
    ) async throws -> Answer {
        try await answer(to: method, path, headers: headers, body: body) { router in
            OTLPRoutes(store: store, logs: logs, largestExport: 100_000).add(to: router)
            InspectorRoutes(store: store, logs: logs).add(to: router)
        }
    }

    @Test func `an export is stored and answered with nothing`() async throws {
        let answer = try await send(
            .post, "/v1/traces", headers: protobuf, body: TraceCodec.encode(SampleTrace.createTask))
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentType] == "application/x-protobuf")
        #expect(answer.body.isEmpty)
        #expect(store.spanCount == 8)
    }

    @Test func `log records are stored, counted when there is no room, and found by their trace`()
        async throws
    {
        let records = (0..<4).map { LogStoreTests.record("m\($0)", trace: 5, span: 1, at: UInt64($0)) }
        let body = LogCodec.encode(LogStoreTests.batch("tasks", records))
        let answer = try await send(.post, "/v1/logs", headers: protobuf, body: body)
        #expect(answer.status == .ok)
        #expect(try TraceCodec.decodeResponse(answer.body)?.rejectedSpans == 1)
        #expect(try await send(.post, "/v1/logs", headers: protobuf, body: [0x0A]).status == .badRequest)
        struct List: Decodable {
            struct Item: Decodable { let body: String }
            let items: [Item]
        }
        let id = TraceID(high: 0, low: 5).hex
        let found = try await send(.get, "/inspector/traces/\(id)/logs")
        #expect(
            try JSONDecoder().decode(List.self, from: Data(found.body)).items.map(\.body) == [
                "m0", "m1", "m2",
            ])
        let newest = try await send(.get, "/inspector/logs?limit=1&service=tasks")
        #expect(try JSONDecoder().decode(List.self, from: Data(newest.body)).items.map(\.body) == ["m2"])
    }

    @Test func `parameters of the media type do not matter`() async throws {
        let answer = try await send(
            .post, "/v1/traces", headers: [.contentType: "Application/X-Protobuf; charset=utf-8"])
        #expect(answer.status == .ok)
    }

    @Test func `another media type is refused`() async throws {
        for headers in [[.contentType: "application/json"], [:]] as [HTTPFields] {
            let answer = try await send(.post, "/v1/traces", headers: headers, body: Array("{}".utf8))
            #expect(answer.status == .unsupportedMediaType)
            #expect(try TraceCodec.decodeStatusMessage(answer.body).contains("application/x-protobuf"))
        }
    }

    @Test func `gzip is understood, other encodings and broken streams are refused in words`() async throws {
        var headers = protobuf
        headers[.contentEncoding] = "GZIP"
        let small = try #require(Gzip.compress(TraceCodec.encode([])))
        #expect(try await send(.post, "/v1/traces", headers: headers, body: small).status == .ok)
        let broken = try await send(.post, "/v1/traces", headers: headers, body: [0x1F, 0x8B])
        #expect(broken.status == .badRequest)
        #expect(try TraceCodec.decodeStatusMessage(broken.body) == "not a whole gzip stream")
        let bomb = try #require(Gzip.compress([UInt8](repeating: 0, count: 100_001)))
        let grown = try await send(.post, "/v1/traces", headers: headers, body: bomb)
        #expect(bomb.count < 1000 && grown.status == .contentTooLarge)
        headers[.contentEncoding] = "br"
        let foreign = try await send(.post, "/v1/traces", headers: headers, body: [1])
        #expect(foreign.status == .unsupportedMediaType)
        #expect(try TraceCodec.decodeStatusMessage(foreign.body).contains("gzip"))
    }

    @Test func `bad bytes are refused`() async throws {
        let answer = try await send(.post, "/v1/traces", headers: protobuf, body: [0x0A, 0xFF])
        #expect(answer.status == .badRequest)
        #expect(answer.headers[.contentType] == "application/x-protobuf")
        #expect(try TraceCodec.decodeStatusMessage(answer.body) == "not a valid OTLP message")
    }

    @Test(arguments: ["/v1/traces", "/v1/logs"])
    func `mangled exports are answered, and the next good one is kept`(path: String) async throws {
        var random = SeededRandom(20_261_121)
        let records = (0..<4).map { LogStoreTests.record("m\($0)", trace: 5, span: 1, at: UInt64($0)) }
        let whole =
            path == "/v1/traces"
            ? TraceCodec.encode(SampleTrace.createTask)
            : LogCodec.encode(LogStoreTests.batch("tasks", records))
        let small = try #require(Gzip.compress(whole))
        for round in 0..<2000 {
            var headers = protobuf
            if round % 2 == 1 { headers[.contentEncoding] = "gzip" }
            var bytes = round % 2 == 1 ? small : whole
            for _ in 0...Int.random(in: 0..<4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = .random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place...)
                default: bytes.insert(contentsOf: bytes[..<place], at: place)
                }
            }
            let answer = try await send(.post, path, headers: headers, body: bytes)
            #expect([.ok, .badRequest, .contentTooLarge].contains(answer.status))
        }
        let good = TraceCodec.encode([SampleTrace.request(trace: 77, at: 1)])
        #expect(try await send(.post, "/v1/traces", headers: protobuf, body: good).status == .ok)
        let found = try await send(.get, "/inspector/traces/\(TraceID(high: 0, low: 77).hex)")
        #expect(found.status == .ok)
    }

    @Test func `an export beyond the limit is refused`() async throws {
        let answer = try await send(
            .post, "/v1/traces", headers: protobuf, body: [UInt8](repeating: 0, count: 100_001))
        #expect(answer.status == .contentTooLarge)
        #expect(try TraceCodec.decodeStatusMessage(answer.body).contains("100000"))
    }

    @Test func `bad spans are counted and the rest is kept`() async throws {
        let good = SampleTrace.batch("tasks", SampleTrace.span(1, "good"))
        let bad = SampleTrace.batch("tasks", SampleTrace.span(0, "bad"))
        let answer = try await send(
            .post, "/v1/traces", headers: protobuf, body: TraceCodec.encode([bad, good]))
        #expect(answer.status == .ok)
        let partial = try TraceCodec.decodeResponse(answer.body)
        #expect(partial?.rejectedSpans == 1)
        #expect(partial?.errorMessage.contains("span_id") == true)
        #expect(store.spanCount == 1)
    }

    @Test func `spans without room are counted`() async throws {
        let spans = (1...103 as ClosedRange<UInt64>).map {
            SampleTrace.batch("tasks", SampleTrace.span($0, "s"))
        }
        let answer = try await send(.post, "/v1/traces", headers: protobuf, body: TraceCodec.encode(spans))
        #expect(try TraceCodec.decodeResponse(answer.body)?.rejectedSpans == 3)
    }

    @Test func `a trace is answered as a tree`() async throws {
        store.add(SampleTrace.createTask)
        for path in [SampleTrace.traceID.hex, SampleTrace.traceID.hex.uppercased(), "last"] {
            let answer = try await send(.get, "/inspector/traces/\(path)")
            #expect(answer.status == .ok)
            let tree = try JSONDecoder().decode(TraceTree.self, from: Data(answer.body))
            #expect(await tree == store.trace(SampleTrace.traceID))
        }
    }

    @Test(arguments: ["last", "00000000000000000000000000000001", "nonsense", "1"])
    func `what is not here is a problem`(id: String) async throws {
        let answer = try await send(.get, "/inspector/traces/\(id)")
        #expect(answer.status == .notFound)
        #expect(answer.headers[.contentType] == "application/problem+json")
    }

    @Test func `traces are listed, narrowed by service and by task`() async throws {
        store.add(SampleTrace.createTask)
        store.add([SampleTrace.request(trace: 1, at: 500), SampleTrace.request(trace: 2, at: 600)])
        #expect(
            try await list("").map(\.rootName) == [
                "GET /api/v1/tasks", "GET /api/v1/tasks", "POST /api/v1/tasks",
            ])
        #expect(try await list("?limit=1").count == 1)
        #expect(try await list("?service=audit").map(\.traceId) == [SampleTrace.traceID.hex])
        #expect(try await list("?task=t-1").map(\.traceId) == [SampleTrace.traceID.hex])
        #expect(try await list("?task=t-1&service=recurring").isEmpty)
        #expect(try await list("?task=t-2").isEmpty)
    }

    @Test(arguments: ["?limit=0", "?limit=x", "?limits=1", "?limit=1&limit=2"])
    func `a query that is not understood is refused`(query: String) async throws {
        #expect(try await send(.get, "/inspector/traces\(query)").status == .badRequest)
    }

    private func list(_ query: String) async throws -> [TraceSummary] {
        struct List: Decodable { let items: [TraceSummary] }
        let answer = try await send(.get, "/inspector/traces\(query)")
        #expect(answer.status == .ok)
        return try JSONDecoder().decode(List.self, from: Data(answer.body)).items
    }
}
