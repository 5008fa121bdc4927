import Synchronization

/// How often somebody may ask, for what is open to everybody: a bucket of tokens for each name.
///
/// The names are a bounded set: when there are too many, those whose bucket is full again are forgotten, and if that is
/// not enough everybody begins anew.
final class RequestBudget: Sendable {
    private struct Bucket {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
    }

    private let burst: Double
    private let perSecond: Double
    private let capacity: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let buckets = Mutex<[String: Bucket]>([:])

    init(
        perMinute: Int, capacity: Int = 20_000,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        burst = Double(perMinute)
        perSecond = Double(perMinute) / 60
        self.capacity = capacity
        self.now = now
    }

    /// Whether there is one more.
    func spend(_ name: String) -> Bool {
        let now = now()
        return buckets.withLock { buckets in
            if buckets.count >= capacity, buckets[name] == nil {
                buckets = buckets.filter { filled($0.value, now) < burst }
                if buckets.count >= capacity { buckets.removeAll() }
            }
            let tokens = buckets[name].map { filled($0, now) } ?? burst
            buckets[name] = Bucket(tokens: tokens >= 1 ? tokens - 1 : tokens, filledAt: now)
            return tokens >= 1
        }
    }

    private func filled(_ bucket: Bucket, _ now: ContinuousClock.Instant) -> Double {
        min(burst, bucket.tokens + (now - bucket.filledAt) / .seconds(1) * perSecond)
    }
}
