import Synchronization

/// How far a group has come that lives no longer than this process.
final class PassingPositions: Sendable {
    private let positions = Mutex<[Partition: Int64]>([:])

    func position(in partition: Partition) -> Int64? {
        positions.withLock { $0[partition] }
    }

    func advance(in partition: Partition, to offset: Int64) {
        positions.withLock { $0[partition] = offset }
    }
}
