import HTTPTypes
import Metrics
import Synchronization

/// What all connections of one port take together.
final class ServerLoad: Sendable {
    let limits: ConnectionLimits
    private let open = Atomic<Int>(0)
    private let refusing = Atomic<Int>(0)
    private let bodyBytes = Atomic<Int>(0)
    private let openConnections: Meter
    private let refusals: Counter
    private let abandoned: Counter
    /// By status; made at the start, because refusals happen on event loops, which know no factory but the global one.
    private let refusedRequests: [Int: Counter]

    /// - Parameter listener: the port's name in metrics, one of few.
    init(_ limits: ConnectionLimits, listener: String) {
        self.limits = limits
        let labels = [("listener", listener)]
        openConnections = Meter(label: "todo.http.connections_open", dimensions: labels)
        refusals = Counter(label: "todo.http.connections_refused", dimensions: labels)
        abandoned = Counter(label: "todo.http.requests_abandoned", dimensions: labels)
        refusedRequests = Dictionary(
            uniqueKeysWithValues: [400, 408, 414, 431].map { status in
                let labels = labels + [("http.response.status_code", String(status))]
                return (status, Counter(label: "todo.http.requests_refused", dimensions: labels))
            })
        openConnections.set(0)
        refusals.increment(by: 0)
        abandoned.increment(by: 0)
    }

    /// Counts a connection in; false, and not counted, when there are as many as there may be.
    func admit() -> Bool {
        guard open.wrappingAdd(1, ordering: .relaxed).newValue <= limits.connections else {
            open.wrappingSubtract(1, ordering: .relaxed)
            refusals.increment()
            return false
        }
        openConnections.increment()
        return true
    }

    /// Counts a connection out.
    func dismiss() {
        open.wrappingSubtract(1, ordering: .relaxed)
        openConnections.decrement()
    }

    /// Whether one more refused connection may stay long enough to read why.
    func beginRefusal() -> Bool {
        guard
            refusing.wrappingAdd(1, ordering: .relaxed).newValue <= ConnectionLimits.politeRefusals
        else {
            endRefusal()
            return false
        }
        return true
    }

    func endRefusal() {
        refusing.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Counts a request that its client did not wait for.
    func countAbandoned() {
        abandoned.increment()
    }

    /// Counts a request that came to no route.
    func countRefused(_ problem: Problem) {
        refusedRequests[Int(problem.status.code)]?.increment()
    }

    /// Makes room for a piece of a body.
    ///
    /// - Throws: 503 when the bodies that are being read take all there is; the piece is then not counted.
    func reserve(_ bytes: Int) throws {
        guard bodyBytes.wrappingAdd(bytes, ordering: .relaxed).newValue > limits.bodyMemory else { return }
        release(bytes)
        throw Problem.unavailable("too many bodies are being read: try again in a moment")
    }

    func release(_ bytes: Int) {
        bodyBytes.wrappingSubtract(bytes, ordering: .relaxed)
    }
}
