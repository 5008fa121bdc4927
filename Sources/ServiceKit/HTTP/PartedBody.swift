import Hummingbird
import NIOCore
import Synchronization

/// A body that is too large to be held, on its way to somebody else in parts of one size.
///
/// As with a body that is read whole, a client who lets others wait holds neither a place among the requests under way
/// nor more memory than the port allows; the time for a body is here the time for each part.
struct PartedBody: Sendable {
    /// What takes a part; the last may be shorter than the others.
    typealias Work = @Sendable (_ number: Int, _ part: [UInt8]) async throws -> Void

    let pieces: RequestBody
    let size: Int
    let limit: Int
    /// Nil where requests come from no port, as in tests.
    let load: ServerLoad?

    /// How long the present part has been waited for; nothing while somebody else is at work on one.
    private final class Pace: Sendable {
        private let deadline: Mutex<ContinuousClock.Instant?>
        private let time: Duration

        init(_ time: Duration) {
            self.time = time
            deadline = Mutex(.now + time)
        }

        func pause() { deadline.withLock { $0 = nil } }
        func resume() { deadline.withLock { $0 = .now + time } }

        /// Returns when a part did not come in time.
        func watch() async throws {
            while true {
                let end = deadline.withLock { $0 } ?? .now + time
                try await Task.sleep(until: end, clock: .continuous)
                if deadline.withLock({ $0.map { $0 <= .now } ?? false }) { return }
            }
        }
    }

    /// Reads all of it; returns the number of parts.
    ///
    /// - Throws: `TooLong`, 408 when a part does not come in time, 503 when the port has no room, what the work throws,
    ///   or what broke the body off.
    func read(within time: Duration, _ work: @escaping Work) async throws -> Int {
        let pace = Pace(time)
        return try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask { try await pass(at: pace, to: work) }
            group.addTask {
                try await pace.watch()
                return nil
            }
            defer { group.cancelAll() }
            guard let count = try await group.next() ?? nil else {
                throw Problem(.requestTimeout, "the body did not come in time")
            }
            return count
        }
    }

    private func pass(at pace: Pace, to work: Work) async throws -> Int {
        var (part, total, count): ([UInt8], Int, Int) = ([], 0, 0)
        defer { load?.release(part.count) }
        RequestPlace.current?.giveUp()
        for try await piece in pieces {
            total += piece.readableBytes
            guard total <= limit else { throw IncomingBody.TooLong() }
            try load?.reserve(piece.readableBytes)
            part.append(contentsOf: piece.readableBytesView)
            while part.count >= size {
                try await hand(Array(part.prefix(size)), count, at: pace, to: work)
                part.removeFirst(size)
                load?.release(size)
                count += 1
            }
        }
        // The end of a connection looks like the end of a body.
        try ClientConnection.requirePresence()
        if !part.isEmpty {
            try await hand(part, count, at: pace, to: work)
            count += 1
        }
        pace.pause()
        try RequestPlace.current?.takeAgain()
        return count
    }

    private func hand(_ part: [UInt8], _ number: Int, at pace: Pace, to work: Work) async throws {
        pace.pause()
        try RequestPlace.current?.takeAgain()
        try await work(number, part)
        RequestPlace.current?.giveUp()
        pace.resume()
    }
}
