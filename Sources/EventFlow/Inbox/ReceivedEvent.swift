public import Dapr

/// An event as a handler gets it: the envelope checked, the payload still JSON.
public struct ReceivedEvent: Sendable {
    /// The envelope as it was delivered.
    public let envelope: CloudEvent
    /// The topic it was delivered on.
    public let topic: String

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

    /// Rejects with a reason.
    public init(reason: String) {
        self.reason = reason
    }
}
