import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import Gateway
@testable import ServiceKit

/// Streams over a feed in memory and a broker that loses, repeats and delays.
struct LiveStreamTests {
    @Test func `a thousand forced reconnects lose and repeat nothing`() async throws {
        let rig = StreamRig()
        var chance = SystemRandomNumberGenerator()
        var seen: [Int64] = []
        for _ in 0..<1000 {
            rig.change(Int.random(in: 0...3, using: &chance))
            let seat = try rig.live.open(for: rig.caller)
            var late = rig.change(Int.random(in: 0...2, using: &chance))
            var stream = LiveStream(seat: seat, feed: rig.feed, metrics: rig.live.metrics)
            try await stream.begin(since: seen.last ?? 0)
            late += rig.change(Int.random(in: 0...4, using: &chance))
            // Lost, repeated, and the last ones first.
            let delivered = late.filter { _ in Bool.random(using: &chance) } + late.suffix(1)
            for number in delivered.shuffled(using: &chance) { rig.deliver(number) }
            rig.expire()
            let page = CollectingPage(breaksAfter: Int.random(in: 0...6, using: &chance))
            _ = try? await page.read(&stream)
            seen += page.changes
        }
        var stream = LiveStream(
            seat: try rig.live.open(for: rig.caller), feed: rig.feed, metrics: rig.live.metrics)
        try await stream.begin(since: seen.last ?? 0)
        rig.expire()
        let page = CollectingPage()
        #expect(try await page.read(&stream) == .tokenExpired)
        seen += page.changes
        #expect(seen == Array(1...rig.last))
        #expect(rig.last > 1000)
    }

    @Test func `what the broker left out is fetched, and what comes twice is told once`() async throws {
        let rig = StreamRig()
        var stream = try await rig.stream(since: nil)
        rig.change(3)
        for number: Int64 in [1, 3, 2, 3, 1] { rig.deliver(number) }
        rig.expire()
        let page = CollectingPage()
        #expect(try await page.read(&stream) == .tokenExpired)
        #expect(page.changes == [1, 2, 3])
        #expect(page.names == ["ready", "change", "change", "change", "end"])
    }

    @Test func `a page that was away too long, or names what is no id, begins anew from now`() async throws {
        for text in ["3", "nonsense", "-5", "99"] {
            let rig = StreamRig()
            rig.change(9)
            rig.feed(keepsFrom: 5)
            var stream = try await rig.stream(since: StreamRoutes.id(text))
            rig.change(1)
            rig.deliver(10)
            rig.expire()
            let page = CollectingPage()
            _ = try await page.read(&stream)
            #expect(page.names == ["reset", "ready", "change", "end"], "\(text)")
            #expect(page.changes == [10])
        }
        #expect(StreamRoutes.id(nil) == nil && StreamRoutes.id("") == nil && StreamRoutes.id("7") == 7)
    }

    @Test func `a stream without an id begins with what comes next`() async throws {
        let rig = StreamRig()
        rig.change(5)
        var stream = try await rig.stream(since: nil)
        rig.change(1)
        rig.deliver(6)
        rig.expire()
        let page = CollectingPage()
        _ = try await page.read(&stream)
        #expect(page.changes == [6])
        #expect(page.text.contains("id: 5\nevent: ready"))
    }

    @Test func `a page that does not read is cut off, and the others are not`() async throws {
        let rig = StreamRig(limits: LiveUpdates.Limits(buffer: 8))
        var slow = try await rig.stream(since: 0)
        let quick = try await rig.stream(since: 0)
        rig.change(20)
        let page = CollectingPage()
        async let end = page.reading(quick)
        for numbers: ClosedRange<Int64> in [1...8, 9...16, 17...20] {
            for number in numbers { rig.deliver(number) }
            while page.changes.last ?? 0 < numbers.upperBound { await Task.yield() }
        }
        let late = CollectingPage()
        #expect(try await late.read(&slow) == .behind)
        #expect(late.changes == Array(1...8))
        var again = try await rig.stream(since: late.changes.last)
        rig.expire()
        let back = CollectingPage()
        _ = try await back.read(&again)
        #expect(back.changes == Array(9...20))
        #expect(try await end == .tokenExpired)
        #expect(page.changes == Array(1...20))
    }

    @Test func `a user has so many streams, and each that ends makes room`() throws {
        let rig = StreamRig(limits: LiveUpdates.Limits(perUser: 2))
        var seats = [try rig.live.open(for: rig.caller), try rig.live.open(for: rig.caller)]
        let problem = #expect(throws: Problem.self) { _ = try rig.live.open(for: rig.caller) }
        #expect(problem?.status == .tooManyRequests && problem?.headers[.retryAfter] != nil)
        #expect(rig.live.count == 2)
        seats.removeLast()
        #expect(rig.live.count == 1)
        seats.append(try rig.live.open(for: rig.caller))
        #expect(rig.live.count == 2)
        seats = []
        #expect(rig.live.count == 0)
    }

    @Test func `a session's end, a failure behind and the end of the process each have a word`() async throws
    {
        let rig = StreamRig()
        var ended = try await rig.stream(since: nil)
        rig.endSession()
        #expect(try await CollectingPage().read(&ended) == .sessionEnded)
        let fresh = StreamRig()
        var gap = try await fresh.stream(since: nil)
        fresh.change(5)
        fresh.fail(.unavailable)
        fresh.deliver(5)
        #expect(try await CollectingPage().read(&gap) == .unavailable)
        fresh.fail(.unauthorized)
        await #expect(throws: ChangeFeed.Failure.unauthorized) { _ = try await fresh.stream(since: 1) }
        fresh.fail(nil)
        var open = try await fresh.stream(since: nil)
        fresh.live.drain()
        let page = CollectingPage()
        #expect(try await page.read(&open) == .draining)
        #expect(page.text.contains("retry: "))
        let problem = #expect(throws: Problem.self) { _ = try fresh.live.open(for: fresh.caller) }
        #expect(problem?.status == .serviceUnavailable)
    }

    @Test func `after a sidecar's start heartbeats ask for what was missed, later they do not`() async throws
    {
        let rig = StreamRig()
        rig.live.subscribed()
        var stream = try await rig.stream(since: nil)
        rig.change(3)
        rig.pass(16)
        var page = CollectingPage(breaksAfter: 2)
        _ = try? await page.read(&stream)
        #expect(page.changes == [1, 2])
        rig.pass(61)
        stream = try await rig.stream(since: 2)
        rig.change(1)
        rig.pass(16)
        rig.expire()
        page = CollectingPage()
        _ = try await page.read(&stream)
        #expect(page.changes == [3])
        #expect(page.heartbeats == 1)
    }

    @Test func `a notification is told once, to its user alone, and moves no id`() async throws {
        let rig = StreamRig()
        var mine = try await rig.stream(since: nil)
        for _ in 0..<2 { rig.live.deliver(notification: "n1", ["text": "milk"], to: rig.caller.userID) }
        rig.live.deliver(notification: "n2", ["text": "other"], to: UUID())
        rig.expire()
        let page = CollectingPage()
        _ = try await page.read(&mine)
        #expect(page.names == ["ready", "notification", "end"])
        #expect(page.text.contains("event: notification\ndata: {\"text\":\"milk\"}"))
    }
}

/// A user's changes in memory, and the streams over them.
final class StreamRig: Sendable {
    private struct State {
        var last: Int64 = 0
        var first: Int64 = 1
        var now = Date(timeIntervalSince1970: 1_000_000)
        var failure: ChangeFeed.Failure?
        var endedSession = false
    }

    private let state: Box
    let live: LiveUpdates
    private let user = UUID()
    private let session = UUID()

    private final class Box: Sendable {
        let value = Mutex(State())
    }

    init(limits: LiveUpdates.Limits = LiveUpdates.Limits()) {
        let state = Box()
        self.state = state
        live = LiveUpdates(
            limits: limits, isEnded: { _ in state.value.withLock { $0.endedSession } },
            now: { state.value.withLock { $0.now } })
    }

    var last: Int64 { state.value.withLock { $0.last } }

    /// A caller whose token is good for an hour from now.
    var caller: Caller {
        Caller(
            userID: user, actor: .user, issuer: "gateway", scopes: ["tasks:read"], sessionID: session,
            expiresAt: state.value.withLock { $0.now } + 3600)
    }

    /// Makes changes; gives their numbers.
    @discardableResult
    func change(_ count: Int) -> [Int64] {
        state.value.withLock { state in
            let first = state.last + 1
            state.last += Int64(count)
            return Array(first..<first + Int64(count))
        }
    }

    func deliver(_ number: Int64) { live.deliver(Self.made(number), to: user) }
    func feed(keepsFrom first: Int64) { state.value.withLock { $0.first = first } }
    func fail(_ failure: ChangeFeed.Failure?) { state.value.withLock { $0.failure = failure } }

    func endSession() {
        state.value.withLock { $0.endedSession = true }
        live.look()
    }

    func pass(_ seconds: Double) {
        state.value.withLock { $0.now += seconds }
        live.look()
    }

    func expire() { pass(3601) }

    func stream(since: Int64?) async throws -> LiveStream {
        var stream = LiveStream(seat: try live.open(for: caller), feed: feed, metrics: live.metrics)
        try await stream.begin(since: since)
        return stream
    }

    /// Three at a time, so that parts follow one another.
    var feed: ChangeFeed {
        let state = state
        return ChangeFeed { (since) async throws(ChangeFeed.Failure) in
            let (first, last, failure) = state.value.withLock { ($0.first, $0.last, $0.failure) }
            if let failure { throw failure }
            guard let since else { return ChangeFeed.Part(items: [], next: last, hasMore: false) }
            guard since <= last, since + 1 >= first else { throw .gone }
            let end = min(last, since + 3)
            let items = since < end ? (since + 1...end).map(Self.made) : []
            return ChangeFeed.Part(items: items, next: end, hasMore: end < last)
        }
    }

    private static func made(_ number: Int64) -> StreamedChange {
        StreamedChange(
            change: number, entity: "task", id: "t", type: "todo.task.created.v1", version: 1, actor: "user",
            at: "2026-11-21T00:00:00.000Z")
    }
}

/// A page that remembers what it read, and may lose its connection.
final class CollectingPage: Sendable {
    private struct Broken: Error {}

    private struct Writer: ResponseBodyWriter {
        let page: CollectingPage
        func write(_ buffer: ByteBuffer) async throws { try page.take(String(buffer: buffer)) }
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    private let limit: Int
    private let texts = Mutex<[String]>([])

    init(breaksAfter limit: Int = .max) {
        self.limit = limit
    }

    func read(_ stream: inout LiveStream) async throws -> StreamEnd {
        var writer: any ResponseBodyWriter = Writer(page: self)
        return try await stream.run(&writer)
    }

    func reading(_ stream: LiveStream) async throws -> StreamEnd {
        var stream = stream
        return try await read(&stream)
    }

    var text: String { texts.withLock { $0.joined() } }
    var names: [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { String($0.dropFirst(7)) }
    }
    var heartbeats: Int { texts.withLock { $0.count { $0 == ":\n\n" } } }
    var changes: [Int64] { texts.withLock { $0.compactMap(Self.change) } }

    private func take(_ text: String) throws {
        try texts.withLock { texts in
            if Self.change(text) != nil, texts.count(where: { Self.change($0) != nil }) >= limit {
                throw Broken()
            }
            texts.append(text)
        }
    }

    private static func change(_ text: String) -> Int64? {
        guard text.contains("event: change"), text.hasPrefix("id: ") else { return nil }
        return Int64(text.dropFirst(4).prefix { $0 != "\n" })
    }
}
