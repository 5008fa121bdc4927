import Metrics

/// What is counted of streams.
struct StreamMetrics: Sendable {
    let open = Meter(label: "todo.stream.open")
    let dropped = Counter(label: "todo.stream.cut_off")
    let refused = Counter(label: "todo.stream.refused")
    let repeated = Counter(label: "todo.stream.duplicates")
    let resets = Counter(label: "todo.stream.resets")
    let replayed = Counter(label: "todo.stream.replayed_changes")

    init() {
        open.set(0)
        for counter in [dropped, refused, repeated, resets, replayed] { counter.increment(by: 0) }
    }

    func sent(_ event: String, _ count: Int = 1) {
        Counter(label: "todo.stream.events", dimensions: [("event", event)]).increment(by: Int64(count))
    }

    func replay(_ reason: ReplayReason) {
        Counter(label: "todo.stream.replays", dimensions: [("reason", reason.rawValue)]).increment()
    }

    func ended(_ reason: String) {
        Counter(label: "todo.stream.ended", dimensions: [("reason", reason)]).increment()
    }
}

/// Why the feed is asked for what a stream lacks.
enum ReplayReason: String, Sendable {
    /// The page came back, or came for the first time.
    case resume
    /// A number was left out.
    case gap
    /// The sidecar began a short while ago.
    case check
}
