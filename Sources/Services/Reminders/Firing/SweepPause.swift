/// How long a search waits for the next: a second while something is left undone, longer each time it stays so, and
/// never longer than the interval.
struct SweepPause {
    let interval: Duration
    private static let shortest: Duration = .seconds(1)
    private var undone = SweepPause.shortest

    init(interval: Duration) {
        self.interval = interval
    }

    /// - Parameter quiet: how long there is nothing to do; nil when something was left undone.
    mutating func after(_ quiet: Duration?) -> Duration {
        guard let quiet else {
            defer { undone = min(undone * 2, interval) }
            return min(undone, interval)
        }
        undone = Self.shortest
        return min(quiet, interval)
    }
}
