import Metrics
import Synchronization

/// Turns requests away while too many are under way: a quick "later" to some keeps the others quick.
///
/// Without a limit a burst makes every request wait for the same connections until all of them time out.
final class LoadShedding: Sendable {
    private let limit: Int
    private let underWay = Atomic<Int>(0)
    private let refusals = Counter(label: "todo.http.requests_shed")

    init(limit: Int) {
        self.limit = limit
    }

    /// Counts a request in.
    ///
    /// - Throws: 503 with `Retry-After` when the process has as many as it can do; it is then not counted.
    func enter() throws {
        guard underWay.wrappingAdd(1, ordering: .relaxed).newValue > limit else { return }
        leave()
        refusals.increment()
        throw Problem.unavailable("too many requests are under way: try again in a moment")
    }

    /// Counts a request out.
    func leave() {
        underWay.wrappingSubtract(1, ordering: .relaxed)
    }
}

/// A request's place among those under way.
///
/// A request that waits for its body works for nobody and holds nothing but its connection, so it gives its place up
/// meanwhile: otherwise a few hundred clients who never finish a body would keep everybody else out.
final class RequestPlace: Sendable {
    /// The place of the request that the current task serves.
    @TaskLocal static var current: RequestPlace?

    private let shedding: LoadShedding
    private let isTaken = Mutex(true)

    /// - Throws: 503 when there is no place.
    init(in shedding: LoadShedding) throws {
        try shedding.enter()
        self.shedding = shedding
    }

    func giveUp() {
        isTaken.withLock { isTaken in
            if isTaken { shedding.leave() }
            isTaken = false
        }
    }

    /// - Throws: 503 when others have taken all places meanwhile.
    func takeAgain() throws {
        try isTaken.withLock { isTaken in
            if !isTaken { try shedding.enter() }
            isTaken = true
        }
    }
}
