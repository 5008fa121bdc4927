import FoundationEssentials
import HTTPTypes
import OTLP
import Testing

@testable import Traces

/// The requests that Grafana's Jaeger data source makes, older and newer.
@Suite struct JaegerRoutesTests {
    private let store = TraceStore()

    init() {
        store.add(SampleTrace.createTask)
        store.add([SampleTrace.request(trace: 1, at: 500), SampleTrace.request(trace: 2, at: 600)])
    }

    private func get(_ path: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await answer(path, headers: headers) { JaegerRoutes(store: store) { 0 }.add(to: $0) }
    }

    private func ids(_ query: String) async throws -> [String?] {
        let found = try await get("/api/traces?\(query)")
        #expect(found.status == .ok)
        return try found.json()["data"].items.map { $0["traceID"].text }
    }

    private func hex(_ number: UInt64) -> String { TraceID(high: 0, low: number).hex }

    @Test func `services are named, which is also how a connection is tested`() async throws {
        let found = try await get("/api/services").json()
        #expect(found["data"].items.map(\.text) == ["audit", "gateway", "tasks"])
        #expect(found["total"].number == 3 && found["errors"].isNull && found["offset"].number == 0)
    }

    @Test func `operations of a service are named, however its name is written in the path`() async throws {
        store.add([SampleTrace.batch("a b+c/d", SampleTrace.span(1, "odd", trace: .init(high: 0, low: 9)))])
        let tasks = try await get("/api/services/tasks/operations").json()
        #expect(
            tasks["data"].items.map(\.text) == ["INSERT tasks", "POST /api/v1/tasks", "create todo.events"])
        let odd = try await get("/api/services/a%20b%2Bc%2Fd/operations").json()
        #expect(odd["data"].items.map(\.text) == ["odd"])
        #expect(try await get("/api/services/nobody/operations").json()["data"].items.isEmpty)
        let kinds = try await get("/api/operations?service=tasks&spanKind=producer").json()
        #expect(kinds["data"].items.map { $0["name"].text } == ["create todo.events"])
        #expect(kinds["data"][0]["spanKind"].text == "producer")
    }

    @Test func `a search by the newer data source has names and durations, and no times`() async throws {
        #expect(try await ids("limit=20&service=gateway") == [hex(2), hex(1), SampleTrace.traceID.hex])
        #expect(try await ids("limit=1&service=gateway") == [hex(2)])
        let operation = "operation=POST+%2Fapi%2Fv1%2Ftasks"
        #expect(try await ids("\(operation)&service=gateway") == [SampleTrace.traceID.hex])
        #expect(try await ids("minDuration=40ms&service=gateway") == [SampleTrace.traceID.hex])
        #expect(try await ids("maxDuration=1.2s&minDuration=48.3ms&service=gateway").isEmpty)
        #expect(try await ids("maxDuration=40000us&service=gateway&\(operation)").isEmpty)
        let tags = "%7B%22http.route%22%3A%22%2Fapi%2Fv1%2Ftasks%22%7D"
        #expect(try await ids("service=gateway&tags=\(tags)").count == 3)
        #expect(
            try await ids("service=audit&tags=%7B%22error%22%3A%22true%22%7D") == [SampleTrace.traceID.hex])
        #expect(try await ids("service=tasks&tags=%7B%22error%22%3A%22true%22%7D").isEmpty)
        #expect(try await ids("service=tasks&tag=todo.task.id:t-1") == [SampleTrace.traceID.hex])
    }

    @Test func `a search by the older data source has times in microseconds and a word for them`()
        async throws
    {
        let start = SampleTrace.start / 1000
        let window = "start=\(start + 400_000)&end=\(start + 550_000)&lookback=custom"
        let rest = "limit=20&operation=&tags=&minDuration=&maxDuration=&service=gateway"
        #expect(try await ids("\(window)&\(rest)") == [hex(1)])
        #expect(try await ids("end=\(start + 600_000)&lookback=150ms&service=gateway") == [hex(2), hex(1)])
    }

    @Test func `a trace has spans with references, tags and logs, and processes`() async throws {
        let time = SampleTrace.start
        for path in [SampleTrace.traceID.hex, "af7651916cd43dd8448eb211c80319c?start=\(time)&end=\(time)"] {
            let found = try await get("/api/traces/\(path)").json()
            #expect(found["data"].items.count == 1 && found["errors"].isNull)
            let trace = found["data"][0]
            #expect(trace.names == ["traceID", "spans", "processes", "warnings"])
            #expect(trace["traceID"].text == SampleTrace.traceID.hex && trace["spans"].items.count == 8)
            let process = try #require(
                trace["spans"].items.first { $0["operationName"].text == "process todo.events" })
            #expect(
                process.names == [
                    "traceID", "spanID", "flags", "operationName", "references", "startTime", "duration",
                    "tags",
                    "logs", "processID", "warnings",
                ])
            #expect(process["duration"].number == 10_000)
            #expect(process["startTime"].number == Double(SampleTrace.start / 1000 + 36_000))
            #expect(
                process["references"].items.map { $0["refType"].text } == [
                    "CHILD_OF", "FOLLOWS_FROM", "FOLLOWS_FROM",
                ])
            #expect(process["references"][2]["traceID"].text == TraceID(high: 1, low: 2).hex)
            let tags = process["tags"].items.reduce(into: [String: JSON]()) { tags, tag in
                tags[tag["key"].text ?? ""] = tag
            }
            #expect(tags["error"]?["type"].text == "bool" && tags["span.kind"]?["value"].text == "consumer")
            #expect(tags["otel.status_description"]?["value"].text == "the row is gone")
            let name = try #require(process["processID"].text)
            #expect(trace["processes"][name]["serviceName"].text == "audit")
        }
    }

    @Test func `several traces are asked for at once, and what is missing is said`() async throws {
        let found = try await get("/api/traces?traceID=1&traceID=\(hex(2))&traceID=77").json()
        #expect(found["data"].items.map { $0["traceID"].text } == [hex(1), hex(2)])
        #expect(found["errors"][0]["code"].number == 404 && found["errors"][0]["traceID"].text == hex(0x77))
    }

    @Test func `mistakes are told in Jaeger's frame`() async throws {
        for (path, status) in [
            ("/api/traces", 400), ("/api/traces?service=a&limit=x", 400),
            ("/api/traces?service=a&tags=7", 400),
            ("/api/traces?service=a&start=now", 400), ("/api/traces?service=a&minDuration=fast", 400),
            ("/api/traces/zz", 400), ("/api/traces/77", 404), ("/api/operations", 400),
        ] {
            let found = try await get(path)
            #expect(found.status.code == status, "\(path)")
            let json = try found.json()
            #expect(json["data"].isNull && json["errors"][0]["code"].number == Double(status))
        }
    }

    @Test func `who calls whom is counted`() async throws {
        let end = SampleTrace.start / 1_000_000 + 1000
        let found = try await get("/api/dependencies?endTs=\(end)&lookback=86400000").json()["data"].items
        #expect(
            found.map { "\($0["parent"].text ?? "") \($0["child"].text ?? "")" } == [
                "gateway tasks", "tasks audit",
            ])
        #expect(found.first?["callCount"].number == 1)
        #expect(try await get("/api/dependencies?endTs=1000").json()["data"].items.isEmpty)
    }

    @Test func `an answer ends before it is larger than memory is for it`() async throws {
        let store = TraceStore(limits: TraceStoreLimits(answerBytes: 1))
        for number in 1...6 as ClosedRange<UInt64> {
            store.add([SampleTrace.request(trace: number, at: Double(number))])
        }
        func get(_ path: String) async throws -> JSON {
            try await answer(path) { JaegerRoutes(store: store).add(to: $0) }.json()
        }
        let found = try await get("/api/traces?service=gateway&limit=5")["data"].items
        #expect(found.map { $0["traceID"].text } == [hex(6)])
        let named = try await get("/api/traces?traceID=1&traceID=2")
        #expect(named["data"].items.count == 1 && named["total"].number == 1)
        #expect(named["errors"][0]["code"].number == 413 && named["errors"][0]["traceID"].text == hex(2))
        // Lists hold no spans, and are as long as they are asked to be.
        #expect(await store.find(TraceQuery(service: "gateway"), limit: 5).count == 5)
    }
}
