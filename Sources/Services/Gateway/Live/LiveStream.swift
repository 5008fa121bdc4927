import Hummingbird
import Logging
import Metrics
import NIOCore
import ServiceKit
import Tracing

/// One open stream: writes what its seat is given, each change once and in order.
struct LiveStream: Sendable {
    /// After how many milliseconds a page comes back that lost its connection.
    static let retry = 2000

    let seat: StreamSeat
    let feed: ChangeFeed
    let metrics: StreamMetrics
    /// Milliseconds to wait before coming back, so that not all pages do at once.
    var pause: @Sendable () -> Int = { Int.random(in: 500...3000) }
    /// The last change that was written, or stands for all before.
    private var last: Int64 = 0
    /// Written first.
    private var opening: [ByteBuffer] = []

    init(seat: StreamSeat, feed: ChangeFeed, metrics: StreamMetrics) {
        self.seat = seat
        self.feed = feed
        self.metrics = metrics
    }

    /// Reads the first part of what was missed, before anything is answered, so that failures have a status of their own.
    ///
    /// - Parameter since: the last change that the page knows; nil for one that knows none. Less than zero stands for what
    ///   cannot be an id.
    /// - Throws: `ChangeFeed.Failure`, but never `gone`.
    mutating func begin(since: Int64?) async throws(ChangeFeed.Failure) {
        opening = [ByteBuffer(string: "retry: \(Self.retry)\n\n")]
        guard let since else { return last = try await feed.part(nil).next }
        metrics.replay(.resume)
        do throws(ChangeFeed.Failure) {
            guard since >= 0 else { throw .gone }
            let part = try await feed.part(since)
            last = since
            opening += texts(of: part)
            needsMore = part.hasMore
        } catch {
            guard error == .gone else { throw error }
            opening.append(try await reset())
        }
    }

    private var needsMore = false

    /// Writes until the seat is taken away, the page leaves, or nothing more can be promised.
    ///
    /// - Returns: why it ended.
    @concurrent mutating func run(_ writer: inout any ResponseBodyWriter) async throws -> StreamEnd {
        for text in opening { try await writer.write(text) }
        opening = []
        do {
            if needsMore { try await catchUp(.resume, &writer) }
            try await writer.write(StreamText.event("ready", id: last, ["change": last]))
            metrics.sent("ready")
            for await item in seat.items {
                if case .end(let reason) = item { return try await end(reason, &writer) }
                try await take(item, &writer)
            }
            try Task.checkCancellation()
            return try await end(.behind, &writer)
        } catch let failure as ChangeFeed.Failure {
            return try await end(failure == .unauthorized ? .tokenExpired : .unavailable, &writer)
        }
    }

    @concurrent private mutating func take(_ item: StreamItem, _ writer: inout any ResponseBodyWriter)
        async throws
    {
        switch item {
        case .change(let number, let text):
            guard number > last else { return metrics.repeated.increment() }
            guard number == last + 1 else { return try await catchUp(.gap, &writer) }
            try await writer.write(text)
            last = number
            metrics.sent("change")
        case .notification(let text):
            try await writer.write(text)
            metrics.sent("notification")
        case .tick(let mayLack):
            if mayLack { try await catchUp(.check, &writer) }
            try await writer.write(StreamText.heartbeat)
        case .end: break
        }
    }

    /// Asks the feed until it has no more.
    @concurrent private mutating func catchUp(_ reason: ReplayReason, _ writer: inout any ResponseBodyWriter)
        async throws
    {
        metrics.replay(reason)
        var hasMore = true
        while hasMore {
            do {
                let part = try await replayed(reason)
                for text in texts(of: part) { try await writer.write(text) }
                hasMore = part.hasMore
            } catch ChangeFeed.Failure.gone {
                try await writer.write(try await reset())
                hasMore = false
            }
        }
    }

    /// A trace of its own: the request that opened the stream was answered long ago.
    private func replayed(_ reason: ReplayReason) async throws -> ChangeFeed.Part {
        let (feed, last) = (feed, last)
        return try await withSpan("replay changes", context: .topLevel, ofKind: .internal) { span in
            span.attributes["todo.stream.reason"] = reason.rawValue
            let part = try await feed.part(last)
            span.attributes["todo.stream.changes"] = part.items.count
            return part
        }
    }

    /// What a page lacks can no longer be told: it reads everything anew, and goes on from here.
    private mutating func reset() async throws(ChangeFeed.Failure) -> ByteBuffer {
        last = try await feed.part(nil).next
        metrics.resets.increment()
        metrics.sent("reset")
        return StreamText.event("reset", id: last, ["change": last])
    }

    private mutating func texts(of part: ChangeFeed.Part) -> [ByteBuffer] {
        let fresh = part.items.filter { $0.change > last }
        last = max(last, part.next)
        metrics.sent("change", fresh.count)
        metrics.replayed.increment(by: fresh.count)
        return fresh.map { StreamText.event("change", id: $0.change, $0) }
    }

    @concurrent private func end(_ reason: StreamEnd, _ writer: inout any ResponseBodyWriter) async throws
        -> StreamEnd
    {
        let wait = reason == .tokenExpired ? 0 : pause()
        try await writer.write(StreamText.event("end", retry: wait, ["reason": reason.rawValue]))
        metrics.sent("end")
        return reason
    }
}
