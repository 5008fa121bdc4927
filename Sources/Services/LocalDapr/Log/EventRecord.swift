/// The name of one partition.
struct Partition: Hashable, Sendable {
    var topic: String
    var number: Int
}

/// One stored event.
struct EventRecord: Sendable {
    var partition: Partition
    var offset: Int64
    var key: String?
    /// What the publisher gave as metadata; becomes headers on delivery.
    var metadata: [String: String]
    var body: [UInt8]
    var appendedMilliseconds: Int64
}
