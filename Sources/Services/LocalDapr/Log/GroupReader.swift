/// One partition as one consumer group reads it.
struct GroupReader: Sendable {
    let group: ConsumerGroup
    let partition: Partition
    let log: EventLog

    /// Settles where a group of this process begins, once.
    func join() async throws {
        guard let positions = group.positions, positions.position(in: partition) == nil else { return }
        positions.advance(
            in: partition, to: group.startsWithNewest ? try await log.end(of: partition) : 0)
    }

    /// The first offset that the group has not finished.
    func position() async throws -> Int64 {
        if let positions = group.positions { return positions.position(in: partition) ?? 0 }
        if let known = try await log.position(of: group.name, in: partition) { return known }
        return group.startsWithNewest ? try await log.end(of: partition) : 0
    }

    func records(from offset: Int64, limit: Int) async throws -> [EventRecord] {
        try await log.records(in: partition, from: offset, limit: limit)
    }

    /// Remembers that everything before `offset` is finished.
    func advance(to offset: Int64) async throws {
        if let positions = group.positions {
            positions.advance(in: partition, to: offset)
        } else {
            try await log.advance(group.name, in: partition, to: offset)
        }
    }
}
