import Dapr

/// The names and bodies of dead letters on their way.
enum DeadLetterTopic {
    private static let suffix = ".dlq"

    /// Where events of a topic go that are dropped or cannot be delivered.
    static func name(of topic: String) -> String { topic + suffix }

    /// The topic whose dead letters these are; nil for an ordinary topic.
    static func origin(of topic: String) -> String? {
        topic.hasSuffix(suffix) && topic.utf8.count > suffix.utf8.count
            ? String(topic.dropLast(suffix.count)) : nil
    }

    /// The bytes that were dead-lettered. Asked for raw letters the sidecar wraps them in an envelope of its
    /// own.
    static func content(of body: [UInt8]) -> [UInt8] {
        guard let wrapping = try? CloudEvent(json: body), wrapping.isBinary, wrapping.source == "Dapr",
            wrapping.type == "com.dapr.event.sent"
        else { return body }
        return wrapping.data
    }
}
