import FoundationEssentials
import Tracing

/// What the sidecar must know of a stored event before it can deliver it. The bytes themselves stay as they
/// are.
struct StoredEvent {
    /// The bytes for the application.
    var body: [UInt8]
    /// Where the event's trace stands; `nil` if it says nothing about a trace, which then gets no span and no
    /// header.
    var trace: TraceCarrier?
    var expiration: Date?
    /// The event itself, for rules and bulks.
    var members: [String: JSONNode]

    /// Reads the event; `nil` if it is no JSON object, which no application can be given as an event.
    init?(_ record: EventRecord, subscription: TopicSubscription, newID: String) {
        if subscription.metadata["rawPayload"] == "true" {
            body = Self.wrapRaw(record, subscription: subscription, newID: newID)
        } else {
            body = record.body
        }
        guard let members = JSONReader.read(body)?.members else { return nil }
        self.members = members
        expiration = members["expiration"]?.text.flatMap { try? Date($0, strategy: .iso8601) }
        // The envelope's `traceparent` wins by being there, even when it is empty.
        if let position = members["traceparent"] ?? members["traceid"] {
            // One that is no text says nothing.
            guard let traceparent = position.text else { return }
            trace = ["traceparent": traceparent]
        } else if let traceparent = record.metadata["traceparent"] ?? record.metadata["traceid"] {
            trace = ["traceparent": traceparent]
        }
    }

    /// An envelope around foreign bytes. Its identifier is new at every delivery: there is nothing to derive
    /// it from.
    private static func wrapRaw(_ record: EventRecord, subscription: TopicSubscription, newID: String)
        -> [UInt8]
    {
        JSONNode.object([
            "id": .string(newID), "specversion": .string("1.0"), "source": .string("Dapr"),
            "type": .string("com.dapr.event.sent"), "datacontenttype": .string("application/octet-stream"),
            "topic": .string(subscription.topic), "pubsubname": .string(subscription.pubsubname),
            "data_base64": .string(Data(record.body).base64EncodedString()),
        ]).bytes
    }
}
