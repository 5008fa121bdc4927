/// An event in its envelope (CloudEvents 1.0, JSON format), with the platform's extensions.
///
/// `data` is the payload's JSON text, byte for byte as it was given or delivered.
public struct CloudEvent: Sendable, Hashable {
    /// The version of the envelope.
    public var specVersion: String
    /// The event's identity, and so the key by which a second delivery is known.
    public var id: String
    /// The app that published it.
    public var source: String
    /// What happened, past tense and versioned.
    public var type: String
    /// The entity it is about.
    public var subject: String?
    /// When it happened: RFC 3339 with milliseconds, UTC. Empty if a foreign publisher gave none.
    public var time: String
    /// The kind of `data`.
    public var dataContentType: String
    /// Where the payload's shape is written down.
    public var dataSchema: String?
    /// What order is kept by.
    public var partitionKey: String?
    /// Whose data it is.
    public var userID: String?
    /// The entity's version after the change.
    public var sequence: Int64?
    /// Who did it.
    public var actor: String?
    /// W3C trace context of the span that created the event.
    public var traceparent: String?
    /// Must equal `traceparent` on the way out: it is what keeps the sidecar from writing its own over both.
    public var traceid: String?
    /// W3C trace state that belongs to `traceparent`.
    public var tracestate: String?
    /// W3C baggage: the sidecar does not carry it over a topic, the envelope does.
    public var baggage: String?
    /// The topic it was published on; set by the sidecar.
    public var topic: String?
    /// The broker's component; set by the sidecar.
    public var pubsubName: String?
    /// The payload; empty if there is none. Decoded already if it came as `data_base64`.
    public var data: [UInt8]
    /// True if the payload travels as `data_base64`.
    public var isBinary = false

    /// An event to publish.
    public init(
        id: String, source: String, type: String, subject: String? = nil, time: String,
        dataContentType: String = "application/json", dataSchema: String? = nil, partitionKey: String? = nil,
        userID: String? = nil, sequence: Int64? = nil, actor: String? = nil, data: [UInt8]
    ) {
        specVersion = "1.0"
        self.id = id
        self.source = source
        self.type = type
        self.subject = subject
        self.time = time
        self.dataContentType = dataContentType
        self.dataSchema = dataSchema
        self.partitionKey = partitionKey
        self.userID = userID
        self.sequence = sequence
        self.actor = actor
        self.data = data
    }
}
