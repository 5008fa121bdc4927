import Logging
import Synchronization

/// Lets the first lines of a kind through in each second and counts the others.
///
/// A kind is a logger, a level and a message: messages are constant text, what differs stands in the metadata.
/// What is critical is always let through. Memory is bounded: with more kinds in a second than there is room for,
/// lines of the later ones are not counted but written.
final class LogRepetitions: Sendable {
    /// A kind of line that was held back, and how often.
    struct HeldBack: Sendable, Equatable {
        let logger: String
        let level: Logger.Level
        let message: String
        var count: Int
    }

    enum Admission: Sendable, Equatable {
        case write
        /// The first of its kind in this second: the count is due when the second is over.
        case holdBackFirst(key: Int, due: Duration)
        case holdBack
    }

    fileprivate struct Window: Sendable {
        var start: UInt64
        var lines = 1
        var heldBack: HeldBack?
    }

    fileprivate struct State: Sendable {
        var windows: [Int: Window] = [:]
        var total = 0
    }

    private let limit: Int
    private let capacity: Int
    private let state = Mutex(State())
    private static let second: UInt64 = 1_000_000_000

    /// - Parameter limit: lines of a kind in a second; 0 lets all through.
    init(limit: Int, capacity: Int = 1024) {
        self.limit = limit
        self.capacity = capacity
    }

    /// Lines held back so far.
    var total: Int { state.withLock { $0.total } }

    func admit(_ logger: String, _ level: Logger.Level, _ message: String, now: UInt64) -> Admission {
        guard limit > 0, level < .critical else { return .write }
        var hasher = Hasher()
        hasher.combine(logger)
        hasher.combine(level)
        hasher.combine(message)
        let key = hasher.finalize()
        return state.withLock { state in
            guard var window = state.windows[key] else {
                state.makeRoom(capacity, now: now)
                if state.windows.count < capacity { state.windows[key] = Window(start: now) }
                return .write
            }
            defer { state.windows[key] = window }
            if now &- window.start >= Self.second { (window.start, window.lines) = (now, 0) }
            window.lines += 1
            guard window.lines > limit else { return .write }
            state.total += 1
            guard window.heldBack == nil else {
                window.heldBack?.count += 1
                return .holdBack
            }
            window.heldBack = HeldBack(logger: logger, level: level, message: message, count: 1)
            let left = Self.second - min(Self.second, now &- window.start)
            return .holdBackFirst(key: key, due: .nanoseconds(Int64(left)))
        }
    }

    /// The count of a kind, which begins anew.
    func take(_ key: Int) -> HeldBack? {
        state.withLock { state in
            defer { state.windows[key]?.heldBack = nil }
            return state.windows[key]?.heldBack
        }
    }

    /// The counts of all kinds, which begin anew.
    func takeAll() -> [HeldBack] {
        state.withLock { state in
            let keys = state.windows.keys.filter { state.windows[$0]?.heldBack != nil }
            return keys.compactMap { key in
                defer { state.windows[key]?.heldBack = nil }
                return state.windows[key]?.heldBack
            }
        }
    }
}

extension LogRepetitions.State {
    /// Forgets kinds that were quiet for a second, once there is no room.
    fileprivate mutating func makeRoom(_ capacity: Int, now: UInt64) {
        guard windows.count >= capacity else { return }
        windows = windows.filter { $0.value.heldBack != nil || now &- $0.value.start < 1_000_000_000 }
    }
}
