public import Dapr

/// An event as a handler gets it: the envelope checked, the payload still JSON.
public struct ReceivedEvent: Sendable {
    /// The envelope as it was delivered.
    public let envelope: CloudEvent
    /// The topic it was published on.
    public let topic: String

    /// The longest id or source that can be a key of a table; UUIDs and app-ids are far from it.
    private static let longestName = 512

    /// Reads a delivery; nil when there is no event in it that could be told from others.
    init?(body: [UInt8], topic: String) {
        guard let envelope = try? CloudEvent(json: body) else { return nil }
        for name in [envelope.id, envelope.source] where !Self.isKey(name) { return nil }
        self.envelope = envelope
        self.topic = topic
    }

    private static func isKey(_ name: String) -> Bool {
        name.utf8.count <= longestName && !name.utf8.contains(0)
    }

    /// What order is kept by: the key it was published with, else the entity.
    var orderingKey: String {
        "\(topic) \(envelope.partitionKey ?? envelope.subject ?? envelope.id)"
    }

    /// The context of the span that created the event.
    var creation: TraceCarrier {
        TraceCarrier(
            traceparent: envelope.traceparent ?? envelope.traceid, tracestate: envelope.tracestate)
    }

    /// Decodes the payload.
    ///
    /// - Throws: `EventRejected`, because a payload that cannot be read now can never be read.
    public func payload<Payload: Decodable>(as type: Payload.Type) throws -> Payload {
        do {
            return try WireJSON.decode(type, from: envelope.data)
        } catch {
            throw EventRejected(reason: "bad_payload")
        }
    }
}

/// An event that no further attempt can help.
public struct EventRejected: Error, Sendable {
    /// One word of a bounded set, for metrics and the dead-letter record.
    public let reason: String
    /// What an operator should know besides: names and pointers, never values.
    public let detail: String?

    /// Rejects with a reason.
    public init(reason: String, detail: String? = nil) {
        self.reason = reason
        self.detail = detail
    }
}

/// An event that cannot be handled now because something the handler needs is away: it is asked for again,
/// however often that takes.
public struct EventPostponed: Error, Sendable {
    /// One word of a bounded set, for metrics and the record of failures.
    public let reason: String

    /// Postpones with a reason.
    public init(reason: String = "dependency_unavailable") {
        self.reason = reason
    }
}
