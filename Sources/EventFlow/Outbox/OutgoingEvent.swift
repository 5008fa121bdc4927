/// An event as a use case states it, before it has an envelope.
public struct OutgoingEvent: Sendable {
    /// The broker's name of the stream; order is kept within a topic only, never between topics.
    public var topic: String
    /// `todo.<noun>.<past verb>.v<version>`; a change of the payload's shape needs a new version.
    public var type: String
    /// The entity it is about.
    public var subject: String
    /// What order is kept by: events of one key are delivered in the order of their sequence.
    public var partitionKey: String
    /// The entity's version after the write.
    public var sequence: Int64
    /// Whose data it is.
    public var userID: String?
    /// Who did it: `user`, `agent`, `mcp`, `service`.
    public var actor: String
    /// The payload, as JSON.
    public var payload: [UInt8]

    /// States an event with a payload that is already JSON.
    public init(
        topic: String, type: String, subject: String, partitionKey: String, sequence: Int64, userID: String?,
        actor: String, json: [UInt8]
    ) {
        self.topic = topic
        self.type = type
        self.subject = subject
        self.partitionKey = partitionKey
        self.sequence = sequence
        self.userID = userID
        self.actor = actor
        payload = json
    }

    /// States an event with a payload that is encoded here.
    public init(
        topic: String, type: String, subject: String, partitionKey: String, sequence: Int64, userID: String?,
        actor: String, payload: some Encodable
    ) throws {
        self.init(
            topic: topic, type: type, subject: subject, partitionKey: partitionKey, sequence: sequence,
            userID: userID, actor: actor, json: try WireJSON.encode(payload))
    }
}
