/// Latencies over the time of a run: one window after the other, by planned start.
struct LatencyTimeline: Sendable {
    /// A short piece of the run.
    struct Window: Sendable {
        var count = 0
        var failed = 0
        var corrected = CoarseLatencies()
        var naive = CoarseLatencies()
        var events = CoarseLatencies()
        /// From the planned start to the sending.
        var lag = CoarseLatencies()
    }

    /// Never more windows than a picture is wide, however long the run.
    static let mostWindows = 120

    let width: Duration
    private(set) var windows: [Window] = []

    init(length: Duration) {
        let seconds = max(1, Int64((length.inSeconds / Double(Self.mostWindows)).rounded(.up)))
        width = .seconds(seconds)
    }

    private mutating func place(of instant: Duration) -> Int {
        let place = min(max(0, Int(instant.nanoseconds / width.nanoseconds)), Self.mostWindows * 2)
        while windows.count <= place { windows.append(Window()) }
        return place
    }

    mutating func record(_ request: SentRequest) {
        let place = place(of: request.planned)
        windows[place].count += 1
        if request.isServerFailure || !request.isExpected { windows[place].failed += 1 }
        windows[place].corrected.record(request.latency)
        windows[place].naive.record(request.naiveLatency)
        windows[place].lag.record(request.sent - request.planned)
    }

    mutating func recordEvent(delay: Duration, of planned: Duration) {
        windows[place(of: planned)].events.record(delay)
    }
}

/// Latencies of a few seconds, to within one percent, in a few hundred bytes.
struct CoarseLatencies: Sendable, Equatable {
    /// How often, by the lower end of a step in microseconds.
    private(set) var counts: [UInt32: UInt32] = [:]

    mutating func record(_ latency: Duration) {
        let microseconds = UInt32(clamping: max(0, latency.nanoseconds / 1000))
        counts[Self.step(microseconds), default: 0] += 1
    }

    /// Seven bits of a number are kept.
    static func step(_ value: UInt32) -> UInt32 {
        let surplus = max(0, 25 - value.leadingZeroBitCount)
        return (value >> UInt32(surplus)) << UInt32(surplus)
    }

    var total: Int { counts.values.reduce(0) { $0 + Int($1) } }
    var rising: [(microseconds: UInt32, count: UInt32)] {
        counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    func percentile(_ percent: Double) -> Duration? {
        let total = total
        guard total > 0 else { return nil }
        let wanted = max(1, Int((percent / 100 * Double(total)).rounded(.up)))
        var seen = 0
        for (microseconds, count) in rising {
            seen += Int(count)
            if seen >= wanted { return .microseconds(Int64(microseconds)) }
        }
        return nil
    }
}
