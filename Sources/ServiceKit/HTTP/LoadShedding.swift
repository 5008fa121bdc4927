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
