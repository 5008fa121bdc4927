import Metrics

/// A stream's place among those that are told; given up when nobody holds it any more, also when the answer that was
/// to write it is never sent.
final class StreamSeat: Sendable {
    let items: AsyncStream<StreamItem>
    private let metrics: StreamMetrics
    private let leave: @Sendable () -> Void

    init(items: AsyncStream<StreamItem>, metrics: StreamMetrics, leave: @escaping @Sendable () -> Void) {
        self.items = items
        self.metrics = metrics
        self.leave = leave
    }

    deinit {
        leave()
        metrics.open.decrement()
    }
}

/// The ids that were seen last: the broker delivers at least once.
struct RecentIDs {
    private static let most = 4096
    private var known: Set<String> = []
    private var order: [String] = []
    private var oldest = 0

    /// False when it is among them.
    mutating func insert(_ id: String) -> Bool {
        guard known.insert(id).inserted else { return false }
        if order.count < Self.most {
            order.append(id)
        } else {
            known.remove(order[oldest])
            order[oldest] = id
            oldest = (oldest + 1) % Self.most
        }
        return true
    }
}
