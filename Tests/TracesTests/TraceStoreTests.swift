import OTLP
import Synchronization
import Testing

@testable import Traces

@Suite struct TraceStoreTests {
    private let clock = HandClock()

    private func store(_ limits: TraceStoreLimits = TraceStoreLimits()) -> TraceStore {
        TraceStore(limits: limits) { [clock] in clock.now }
    }

    @Test func `spans of one trace come together from several batches`() async throws {
        let store = store()
        for batch in SampleTrace.createTask { #expect(store.add([batch]) == 0) }
        #expect(store.traceCount == 1)
        #expect(store.spanCount == 8)
        let summary = try #require(await store.newest(limit: 10).first)
        #expect(summary.traceId == SampleTrace.traceID.hex)
        #expect(summary.rootName == "POST /api/v1/tasks")
        #expect(summary.rootService == "gateway")
        #expect(summary.startUnixNano == SampleTrace.start)
        #expect(summary.durationNano == 48_200_000)
        #expect(summary.spanCount == 8)
        #expect(summary.services == ["audit", "gateway", "tasks"])
        #expect(summary.hasError)
    }

    @Test func `a batch that is sent again changes nothing`() async {
        let store = store()
        store.add(SampleTrace.createTask)
        let before = await store.newest(limit: 1)
        #expect(store.add(SampleTrace.createTask) == 0)
        #expect(store.spanCount == 8)
        #expect(await store.newest(limit: 1) == before)
    }

    @Test func `newest traces come first and can be narrowed to a service`() async {
        let store = store()
        for number in [3, 1, 2] as [UInt64] {
            store.add([SampleTrace.request(trace: number, at: Double(number))])
        }
        store.add([
            SampleTrace.batch("audit", SampleTrace.span(9, "sweep", at: 9, trace: TraceID(high: 0, low: 9)))
        ])
        #expect(await store.newest(limit: 2).map(\.rootName) == ["sweep", "GET /api/v1/tasks"])
        let gateway = await store.newest(limit: 10, service: "gateway").map(\.traceId)
        #expect(gateway == [3, 2, 1].map { TraceID(high: 0, low: $0).hex })
    }

    @Test func `a task's traces are found by its id and by the subject of its events`() async {
        let store = store()
        store.add(SampleTrace.createTask)
        store.add([SampleTrace.request(trace: 5, at: 5)])
        let later = SampleTrace.span(
            1, "reminder", at: 100, trace: TraceID(high: 0, low: 6),
            attributes: [Attribute("cloudevents.event_subject", .string("t-1"))])
        store.add([SampleTrace.batch("reminders", later)])
        #expect(
            await store.traces(ofTask: "t-1").map(\.traceId)
                == [TraceID(high: 0, low: 6).hex, SampleTrace.traceID.hex])
        #expect(await store.traces(ofTask: "t-2").isEmpty)
    }

    @Test func `the last public request counts once it has been quiet`() async {
        let store = store()
        store.add([SampleTrace.request(trace: 1, at: 0)])
        #expect(await store.lastPublicRequest() == nil)
        clock.advance(by: .milliseconds(999))
        store.add([SampleTrace.request(trace: 2, at: 50)])
        clock.advance(by: .milliseconds(1))
        #expect(await store.lastPublicRequest()?.traceId == TraceID(high: 0, low: 1).hex)
        clock.advance(by: .seconds(1))
        #expect(await store.lastPublicRequest()?.traceId == TraceID(high: 0, low: 2).hex)
    }

    @Test func `a late span makes a trace unsettled again`() async {
        let store = store()
        store.add([SampleTrace.request(trace: 1, at: 0)])
        clock.advance(by: .seconds(5))
        #expect(await store.newest(limit: 1).first?.isSettled == true)
        store.add([
            SampleTrace.batch("tasks", SampleTrace.span(2, below: 1, "late", trace: TraceID(high: 0, low: 1)))
        ])
        #expect(await store.newest(limit: 1).first?.isSettled == false)
    }

    @Test func `other roots are not public requests`() async {
        let store = store()
        let route = { (path: String) in [Attribute("http.route", .string(path))] }
        store.add([
            SampleTrace.batch(
                "tasks",
                SampleTrace.span(
                    1, "a", .server, trace: .init(high: 0, low: 1), attributes: route("/api/v1/tasks"))),
            SampleTrace.batch(
                "gateway",
                SampleTrace.span(
                    1, "b", .server, trace: .init(high: 0, low: 2), attributes: route("/events/x"))),
            SampleTrace.batch(
                "gateway",
                SampleTrace.span(
                    1, "c", .client, trace: .init(high: 0, low: 3), attributes: route("/api/v1/tasks"))),
            SampleTrace.batch("recurring", SampleTrace.span(1, "d", trace: .init(high: 0, low: 4))),
            SampleTrace.batch(
                "gateway",
                SampleTrace.span(
                    2, below: 1, "e", .server, trace: .init(high: 0, low: 4),
                    attributes: route("/api/v1/tasks"))),
        ])
        clock.advance(by: .seconds(5))
        #expect(await store.lastPublicRequest() == nil)
    }

    @Test func `a request that a browser or a load generator began is a public request`() async {
        let store = store()
        store.add([SampleTrace.request(trace: 1, at: 0, below: 77)])
        clock.advance(by: .seconds(2))
        #expect(await store.lastPublicRequest()?.roots.map(\.name) == ["GET /api/v1/tasks"])
        store.add([
            SampleTrace.batch(
                "browser", SampleTrace.span(77, "click", .client, trace: TraceID(high: 0, low: 1)))
        ])
        clock.advance(by: .seconds(2))
        #expect(await store.lastPublicRequest()?.roots.map(\.name) == ["click"])
    }

    @Test func `what a page did by itself is nobody's request`() async {
        let store = store()
        for trace in [1, 2] as [UInt64] {
            store.add([
                SampleTrace.request(trace: trace, at: Double(trace), below: 77),
                SampleTrace.batch(
                    "page",
                    SampleTrace.span(
                        77, "act \(trace)", .client, trace: TraceID(high: 0, low: trace),
                        attributes: [Attribute("todo.page.background", .bool(trace == 2))])),
            ])
        }
        clock.advance(by: .seconds(2))
        #expect(await store.lastPublicRequest()?.roots.map(\.name) == ["act 1"])
        #expect(store.isSettled(TraceID(high: 0, low: 2)))
    }

    @Test func `the oldest traces leave when there are too many spans`() async {
        let store = store(TraceStoreLimits(spans: 10))
        store.add(SampleTrace.createTask)
        for number in 1...5_000 as ClosedRange<UInt64> {
            store.add([SampleTrace.request(trace: number, at: 0)])
        }
        #expect(store.spanCount == 10)
        #expect(store.traceCount == 10)
        #expect(await store.trace(SampleTrace.traceID) == nil)
        #expect(await store.traces(ofTask: "t-1").isEmpty)
        #expect(await store.trace(TraceID(high: 0, low: 5_000)) != nil)
        #expect(await store.trace(TraceID(high: 0, low: 4_990)) == nil)
    }

    @Test func `the oldest traces leave when they take too much memory`() async {
        let store = store(TraceStoreLimits(bytes: 100_000))
        for number in 1...100 as ClosedRange<UInt64> {
            let large = SampleTrace.span(
                1, "large", trace: TraceID(high: 0, low: number),
                attributes: [Attribute("text", .string(String(repeating: "x", count: 10_000)))])
            store.add([SampleTrace.batch("tasks", large)])
        }
        #expect((5...9).contains(store.traceCount))
        #expect(await store.trace(TraceID(high: 0, low: 100)) != nil)
    }

    @Test func `an endless trace is cut off and says so`() async {
        let store = store(TraceStoreLimits(spansPerTrace: 5))
        var refused = 0
        for id in 1...8 as ClosedRange<UInt64> {
            refused += store.add([SampleTrace.batch("tasks", SampleTrace.span(id, "step"))])
        }
        #expect(refused == 3)
        #expect(store.spanCount == 5)
        #expect(store.add([SampleTrace.batch("tasks", SampleTrace.span(1, "step"))]) == 0)
    }

    @Test func `spans of a process without a name are kept`() async {
        let store = store()
        store.add([
            ResourceSpans(
                resource: Resource(),
                scopeSpans: [ScopeSpans(scope: .init(name: ""), spans: [SampleTrace.span(1, "a")])])
        ])
        #expect(await store.newest(limit: 1).first?.services == ["unknown"])
    }

    @Test func `traces that leave for their memory are not remembered`() async {
        let store = store(TraceStoreLimits(bytes: 10_000))
        for number in 1...20_000 as ClosedRange<UInt64> {
            store.add([SampleTrace.request(trace: number, at: 0)])
        }
        let (traces, queued) = store.state.withLock { ($0.traces.count, $0.queued) }
        #expect(traces < 100)
        #expect(queued < 4 * (traces + 1024))
        #expect(await store.trace(TraceID(high: 0, low: 20_000)) != nil)
    }

    @Test func `a trace that left and came again is as old as its return`() async {
        let store = store(TraceStoreLimits(spans: 3, bytes: 10_000))
        for number in [1, 2] as [UInt64] {
            let large = SampleTrace.span(
                7, "large", trace: TraceID(high: 0, low: number),
                attributes: [Attribute("text", .string(String(repeating: "x", count: 6000)))])
            store.add([SampleTrace.batch("tasks", large)])
        }
        #expect(await store.trace(TraceID(high: 0, low: 1)) == nil)
        for number in [1, 3, 4] as [UInt64] { store.add([SampleTrace.request(trace: number, at: 0)]) }
        #expect(await store.trace(TraceID(high: 0, low: 2)) == nil)
        #expect(await store.trace(TraceID(high: 0, low: 1)) != nil)
    }
}

/// A clock that moves when it is told to.
final class HandClock: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) {
        instant.withLock { $0 += duration }
    }
}
