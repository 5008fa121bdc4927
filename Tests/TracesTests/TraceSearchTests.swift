import FoundationEssentials
import HTTPTypes
import OTLP
import Testing
import Traces

@Suite struct TraceSearchTests {
    private let store = TraceStore()

    private func get(_ path: String) async throws -> Answer {
        try await answer(path) { InspectorRoutes(store: store).add(to: $0) }
    }

    private func ids(_ query: String) async throws -> [String?] {
        let found = try await get("/inspector/traces?\(query)")
        #expect(found.status == .ok, "\(query)")
        return try found.json()["items"].items.map { $0["traceId"].text }
    }

    private func hex(_ number: UInt64) -> String { TraceID(high: 0, low: number).hex }

    @Test func `traces are found by operation, status, duration, attributes and time`() async throws {
        store.add(SampleTrace.createTask)
        store.add([SampleTrace.request(trace: 1, at: 500), SampleTrace.request(trace: 2, at: 3600_000)])
        let sample = SampleTrace.traceID.hex
        #expect(try await ids("operation=INSERT+tasks") == [sample])
        #expect(try await ids("service=audit&operation=INSERT+tasks").isEmpty)
        #expect(try await ids("status=error") == [sample])
        #expect(try await ids("status=ok") == [hex(2), hex(1)])
        #expect(try await ids("min=40ms") == [sample])
        #expect(try await ids("max=40ms&limit=1") == [hex(2)])
        #expect(try await ids("tag=todo.task.id%3Dt-1&tag=error.type%3DAuditError") == [sample])
        #expect(try await ids("tag=todo.task.id%3Dt-1&tag=error.type%3DOther").isEmpty)
        #expect(try await ids("tag=span.kind%3Dproducer") == [sample])
        #expect(try await ids("from=2026-11-21T10:00:00Z") == [hex(2)])
        #expect(
            try await ids("from=2026-11-21T09:30:00.125Z&to=2026-11-21T09:30:00.625Z") == [hex(1), sample])
    }

    @Test func `a long list is walked through page by page`() async throws {
        for number in 1...25 as ClosedRange<UInt64> {
            store.add([SampleTrace.request(trace: number, at: Double(number / 2))])
        }
        var (found, cursor): ([String?], String?) = ([], nil)
        repeat {
            let page = try await get("/inspector/traces?limit=7" + (cursor.map { "&cursor=\($0)" } ?? ""))
                .json()
            found += page["items"].items.map { $0["traceId"].text }
            cursor = page["nextCursor"].text
            #expect(page["nextCursor"].isNull == (found.count == 25))
        } while cursor != nil && found.count < 100
        #expect(found == (1...25).reversed().map { hex($0) })
    }

    @Test(arguments: [
        "status=bad", "min=fast", "max=-1s", "min=2s&max=1s", "tag=novalue", "tag==x", "from=today",
        "limit=201", "service=", "colour=red",
    ])
    func `a search that is not understood is refused`(query: String) async throws {
        let found = try await get("/inspector/traces?\(query)")
        #expect(found.status == .badRequest && found.headers[.contentType] == "application/problem+json")
    }

    @Test func `a place in a list that no list gave out is unknown`() async throws {
        for cursor in ["7", "x-\(hex(1))", "7-12"] {
            #expect(try await get("/inspector/traces?cursor=\(cursor)").status == .unprocessableContent)
        }
    }

    @Test func `services are listed with their operations, and leave with their last span`() async throws {
        let small = TraceStore(limits: TraceStoreLimits(spans: 8))
        small.add(SampleTrace.createTask)
        small.add([SampleTrace.request(trace: 1, at: 1)])
        let found = try await answer("/inspector/services") { InspectorRoutes(store: small).add(to: $0) }
            .json()
        #expect(found["items"].items.map { $0["name"].text } == ["gateway"])
        #expect(found["items"][0]["operations"][0]["name"].text == "GET /api/v1/tasks")
        #expect(found["items"][0]["operations"][0]["kind"].text == "server")
    }

    @Test func `a store says how much it has`() async throws {
        store.add(SampleTrace.createTask)
        let found = try await get("/inspector/store").json()
        #expect(found["spans"].number == 8 && found["traces"].number == 1)
        #expect(found["memoryBytes"].number ?? 0 > 500 && found["diskBytes"].number == 0)
        #expect(found["oldestUnixNano"] == found["newestUnixNano"])
    }

    @Test func `a summary counts errors and links to other traces`() async throws {
        store.add(SampleTrace.createTask)
        let summary = try #require(await store.newest(limit: 1).first)
        #expect(summary.errorCount == 1 && summary.hasError && summary.linkedTraces == 1)
    }
}
