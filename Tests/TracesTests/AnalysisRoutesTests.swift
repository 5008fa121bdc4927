import FoundationEssentials
import HTTPTypes
import NIOCore
import OTLP
import Testing

@testable import Traces

@Suite struct AnalysisRoutesTests {
    private let store = TraceStore(limits: TraceStoreLimits(settleDelay: .zero))

    private func get(_ path: String) async throws -> Answer {
        try await answer(path) { AnalysisRoutes(store: store).add(to: $0) }
    }

    @Test func `a trace is taken apart`() async throws {
        store.add(SampleTrace.createTask)
        let other = TraceID(high: 0, low: 9)
        var later = SampleTrace.span(1, "reminder", .internal, at: 900, trace: other)
        later.links = [
            Link(
                traceID: SampleTrace.traceID, spanID: SpanID(4),
                attributes: [Attribute("todo.link.reason", .string("scheduled_by"))])
        ]
        store.add([SampleTrace.batch("reminders", later)])
        let found = try await get("/inspector/traces/\(SampleTrace.traceID.hex)/analysis").json()
        #expect(found["spanCount"].number == 8 && found["durationNano"].number == 48_200_000)
        let path = found["criticalPath"].items
        #expect(path.first?["spanId"].text == SpanID(1).hex && path.last?["spanId"].text == SpanID(1).hex)
        #expect(path.contains { $0["spanId"].text == SpanID(5).hex })
        #expect(!found["flowPath"].items.isEmpty && found["orphans"].items.isEmpty)
        #expect(found["services"].items.map { $0["name"].text } == ["audit", "gateway", "tasks"])
        #expect(found["services"][0]["errorCount"].number == 1)
        let stages = found["flow"]["stages"].items
        #expect(stages.reduce(0) { $0 + $1["spanIds"].items.count } == 8)
        let ids = Set(stages.compactMap { $0["id"].text })
        for edge in found["flow"]["edges"].items {
            #expect(ids.contains(edge["from"].text ?? "") && ids.contains(edge["to"].text ?? ""))
        }
        let outgoing = found["links"]["outgoing"][0]
        #expect(outgoing["known"].value == .bool(false) && outgoing["spanId"].text == SpanID(8).hex)
        let incoming = found["links"]["incoming"][0]
        #expect(incoming["traceId"].text == other.hex && incoming["linkedSpanId"].text == SpanID(4).hex)
        #expect(incoming["rootName"].text == "reminder" && incoming["reason"].text == "scheduled_by")
        let back = try await get("/inspector/traces/\(other.hex)/analysis").json()["links"]["outgoing"][0]
        #expect(back["known"].value == .bool(true) && back["rootName"].text == "POST /api/v1/tasks")
        #expect(
            try await get("/inspector/traces/\(TraceID(high: 0, low: 77).hex)/analysis").status == .notFound)
    }

    @Test func `two traces are compared by what they did`() async throws {
        store.add(SampleTrace.createTask)
        store.add([SampleTrace.request(trace: 1, at: 500)])
        let (left, right) = (SampleTrace.traceID.hex, TraceID(high: 0, low: 1).hex)
        let found = try await get("/inspector/compare?left=\(left)&right=\(right)").json()
        #expect(found["left"]["traceId"].text == left && found["right"]["spanCount"].number == 1)
        #expect(found["rows"].items.count == 9)
        let row = found["rows"][0]
        #expect(row["path"][0].text == "gateway POST /api/v1/tasks" && row["depth"].number == 0)
        #expect(row["left"]["totalNano"].number == 48_200_000 && row["right"].isNull)
        #expect(row["deltaNano"].number == -48_200_000 && row["kind"].text == "server")
        let same = try await get("/inspector/compare?left=\(left)&right=\(left)").json()["rows"].items
        #expect(same.count == 8 && same.allSatisfy { $0["deltaNano"].number == 0 })
        for query in ["", "?left=\(left)", "?left=\(left)&right=x", "?left=\(left)&right=\(left)&x=1"] {
            #expect(try await get("/inspector/compare\(query)").status == .badRequest)
        }
        #expect(
            try await get("/inspector/compare?left=\(left)&right=\(TraceID(high: 7, low: 7).hex)").status
                == .notFound)
    }

    @Test func `listeners hear of traces that come to rest, and of how much there is`() async throws {
        let tail = LiveTail(store: store)
        let (number, events) = try tail.listen()
        store.add(SampleTrace.createTask)
        tail.tell(isCounting: true)
        tail.tell(isCounting: false)
        tail.close()
        var texts: [String] = []
        for await event in events { texts.append(String(buffer: event)) }
        #expect(
            texts.map { $0.prefix { $0 != "\n" } } == [
                "event: span-count", "event: trace", "event: span-count",
            ])
        #expect(texts[1].contains(#""traceId":"\#(SampleTrace.traceID.hex)""#) && texts[1].hasSuffix("\n\n"))
        #expect(texts[2].contains(#""spans":8"#))
        tail.leave(number)
        #expect(throws: (any Error).self) { _ = try tail.listen() }
    }

    @Test func `only so many may listen`() throws {
        let tail = LiveTail(store: store)
        for _ in 0..<LiveTail.mostListeners { _ = try tail.listen() }
        #expect(throws: (any Error).self) { _ = try tail.listen() }
        tail.leave(0)
        _ = try tail.listen()
        tail.close()
    }
}
