import FoundationEssentials

/// The name of one partition.
struct Partition: Hashable, Sendable {
    var topic: String
    var number: Int
}

/// An event to be stored.
struct NewRecord: Sendable {
    var key: String?
    var metadata: [String: String]
    var body: [UInt8]

    /// What it weighs for a broker that limits messages.
    var size: Int {
        body.count + (key?.utf8.count ?? 0)
            + metadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    }

    /// False for text that PostgreSQL cannot keep.
    var isStorable: Bool {
        key?.utf8.contains(0) != true
            && metadata.allSatisfy { !$0.key.utf8.contains(0) && !$0.value.utf8.contains(0) }
    }

    func json(partition: Int) -> JSONNode {
        .object([
            "n": .number(String(partition)), "k": key.map(JSONNode.string) ?? .null,
            "m": .object(metadata.mapValues(JSONNode.string)),
            "b": .string(Data(body).base64EncodedString()),
        ])
    }
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
