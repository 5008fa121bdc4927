// Live updates: what open pages are told as it happens.
//
//   sidecar ─ BroadcastConsumer ─ LiveUpdates ─ StreamSeat ─ LiveStream ─ page
//                                                              └─ ChangeFeed ─(invoke)─ tasks
//
// - The ids of a stream are the user's change numbers, which `tasks` counts without gaps in the order of commits. A
//   stream therefore knows by itself what it lacks: the next number is written, a smaller one was written before, and
//   for a larger one the feed is asked. Nothing else has to be reliable: not the broker, not this replica.
// - A seat is taken first, then the feed is read, then the seat is listened to; what comes twice is told by its number.
// - A slow reader's seat fills up and is taken away. The page comes back with its last id.
// - After a sidecar's start its consumer group begins with the newest, at a moment nobody tells. For a minute the
//   streams ask the feed at every heartbeat; after that the group has an offset, and loses nothing.
// - One clock for all streams: `look` once a second, instead of thousands of timers.
//
// Rejected: a log of recent events in each replica. It would answer most resumptions without a call, but a page that
// comes back to another replica needs the feed anyway, and two sources must agree.

import FoundationEssentials
import HTTPTypes
import Metrics
import NIOCore
import ServiceKit
import Synchronization

/// The open streams of this replica.
final class LiveUpdates: Sendable {
    struct Limits: Sendable {
        var perUser = 20
        /// Events that a stream may be behind.
        var buffer = 256
        var heartbeat: Duration = .seconds(15)
        /// For how long after a sidecar's start events may be missed.
        var settling: Duration = .seconds(60)
    }

    private struct Seated {
        let session: UUID?
        let expiresAt: Date
        var nextTick: Date
        let items: AsyncStream<StreamItem>.Continuation
    }

    private struct State {
        var isDraining = false
        var nextID: UInt64 = 0
        var users: [UUID: [UInt64: Seated]] = [:]
        var settledAt = Date.distantPast
        var told = RecentIDs()
    }

    let limits: Limits
    let metrics = StreamMetrics()
    private let now: @Sendable () -> Date
    private let isEnded: @Sendable (UUID?) -> Bool
    private let state = Mutex(State())

    /// - Parameter isEnded: whether a session was ended, so that its streams must.
    init(
        limits: Limits = Limits(), isEnded: @escaping @Sendable (UUID?) -> Bool = { _ in false },
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.limits = limits
        self.isEnded = isEnded
        self.now = now
    }

    /// How many streams are open.
    var count: Int { state.withLock { $0.users.values.reduce(0) { $0 + $1.count } } }

    /// Takes a seat; from now on everything is kept for it.
    ///
    /// - Throws: 429 when the user has as many as there may be, 503 when the process stops.
    func open(for caller: Caller) throws -> StreamSeat {
        let now = now()
        let (items, continuation) = AsyncStream<StreamItem>.makeStream(
            bufferingPolicy: .bufferingOldest(limits.buffer))
        let id = try state.withLock { state throws -> UInt64 in
            guard !state.isDraining else {
                throw Problem.unavailable("the service stops: try again in a moment")
            }
            guard state.users[caller.userID]?.count ?? 0 < limits.perUser else {
                metrics.refused.increment()
                throw Problem(
                    .tooManyRequests, "a user may have \(limits.perUser) streams: close one first",
                    headers: [.retryAfter: "5"])
            }
            state.nextID += 1
            state.users[caller.userID, default: [:]][state.nextID] = Seated(
                session: caller.sessionID, expiresAt: caller.expiresAt,
                nextTick: now + limits.heartbeat.seconds, items: continuation)
            return state.nextID
        }
        metrics.open.increment()
        return StreamSeat(items: items, metrics: metrics) { [weak self] in self?.leave(caller.userID, id) }
    }

    /// Passes a change to the user's streams.
    func deliver(_ change: StreamedChange, to user: UUID) {
        give(user) {
            .change(number: change.change, text: StreamText.event("change", id: change.change, change))
        }
    }

    /// Passes a notification to the user's streams, unless that was done before.
    func deliver(notification id: String, _ value: some Encodable, to user: UUID) {
        guard state.withLock({ $0.told.insert(id) }) else { return }
        give(user) { .notification(StreamText.event("notification", value)) }
    }

    /// A sidecar begins to deliver, from a moment on that nobody knows.
    func subscribed() {
        let settledAt = now() + limits.settling.seconds
        state.withLock { $0.settledAt = settledAt }
    }

    /// Once a second: heartbeats that are due, tokens that expired, sessions that ended.
    func look() {
        let now = now()
        state.withLock { state in
            let mayLack = now < state.settledAt
            for (user, seats) in state.users {
                for (id, seat) in seats {
                    if isEnded(seat.session) {
                        end(.sessionEnded, user, id, in: &state)
                    } else if seat.expiresAt <= now {
                        end(.tokenExpired, user, id, in: &state)
                    } else if seat.nextTick <= now {
                        state.users[user]?[id]?.nextTick = now + limits.heartbeat.seconds
                        offer(.tick(mayLack: mayLack), user, id, in: &state)
                    }
                }
            }
        }
    }

    /// Ends all streams, and lets nobody in any more.
    func drain() {
        state.withLock { state in
            state.isDraining = true
            for (user, seats) in state.users {
                for id in seats.keys { end(.draining, user, id, in: &state) }
            }
        }
    }

    private func give(_ user: UUID, _ item: () -> StreamItem) {
        state.withLock { state in
            guard let seats = state.users[user] else { return }
            let item = item()
            for id in seats.keys { offer(item, user, id, in: &state) }
        }
    }

    /// A full seat is given up: its stream writes what there is, and ends.
    private func offer(_ item: StreamItem, _ user: UUID, _ id: UInt64, in state: inout State) {
        guard let seat = state.users[user]?[id] else { return }
        guard case .dropped = seat.items.yield(item) else { return }
        metrics.dropped.increment()
        seat.items.finish()
        remove(user, id, in: &state)
    }

    private func end(_ reason: StreamEnd, _ user: UUID, _ id: UInt64, in state: inout State) {
        guard let seat = remove(user, id, in: &state) else { return }
        seat.items.yield(.end(reason))
        seat.items.finish()
    }

    private func leave(_ user: UUID, _ id: UInt64) {
        let seat = state.withLock { remove(user, id, in: &$0) }
        seat?.items.finish()
    }

    @discardableResult
    private func remove(_ user: UUID, _ id: UInt64, in state: inout State) -> Seated? {
        let seat = state.users[user]?.removeValue(forKey: id)
        if state.users[user]?.isEmpty == true { state.users[user] = nil }
        return seat
    }
}

extension Duration {
    /// Whole and broken seconds.
    var seconds: Double { self / .seconds(1) }
}
