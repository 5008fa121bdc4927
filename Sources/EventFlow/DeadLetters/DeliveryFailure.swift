import Crypto
import Dapr
import FoundationEssentials

/// A failed attempt as it is written down.
struct DeliveryFailure: Sendable {
    var eventID: String
    var source: String
    var topic: String
    var type: String?
    var subject: String?
    var partitionKey: String?
    var userID: String?
    var actor: String?
    var sequence: Int64?
    var occurredAt: String?
    var verdict: FailureVerdict
    var createdTraceparent: String?
    var failedTraceparent: String?
    var envelope: [UInt8]

    /// A failure to handle an event.
    init(of event: ReceivedEvent, body: [UInt8], verdict: FailureVerdict, traceparent: String?) {
        let envelope = event.envelope
        eventID = envelope.id
        source = envelope.source
        topic = event.topic
        type = Self.storable(envelope.type)
        subject = Self.storable(envelope.subject)
        partitionKey = Self.storable(envelope.partitionKey)
        userID = Self.storable(envelope.userID)
        actor = Self.storable(envelope.actor)
        sequence = envelope.sequence
        occurredAt = Self.storable(envelope.time)
        self.verdict = verdict
        createdTraceparent = Self.storable(event.creation.traceparent)
        failedTraceparent = traceparent
        self.envelope = body
    }

    /// A failure to find an event in what was delivered: known by a digest of the bytes.
    init(ofUnreadable body: [UInt8], topic: String, traceparent: String?) {
        eventID =
            "sha256:"
            + SHA256.hash(data: body).map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
        source = "unreadable"
        self.topic = topic
        verdict = .unreadable
        failedTraceparent = traceparent
        envelope = body
    }

    /// A record of a failure must not fail for the same reason: what cannot be stored is left out.
    private static func storable(_ text: String?) -> String? {
        guard let text, text.utf8.count <= 2048, !text.utf8.contains(0) else { return nil }
        return text
    }
}
