/// Chooses the partition of an event: the same key always lands in the same one, which is the only order
/// promised.
struct Partitioner: Sendable {
    private let randomPartition: @Sendable (Int) -> Int

    init(randomPartition: @escaping @Sendable (Int) -> Int = { Int.random(in: 0..<$0) }) {
        self.randomPartition = randomPartition
    }

    func partition(forKey key: String?, of count: Int) -> Int {
        guard let key else { return randomPartition(count) }
        return Int(Self.fnv1a(key) % UInt32(count))
    }

    /// FNV-1a, the hash of the Kafka producer inside Dapr.
    private static func fnv1a(_ key: String) -> UInt32 {
        key.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
