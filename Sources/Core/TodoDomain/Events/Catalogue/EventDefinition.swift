/// One type of event: who says it, when, and what it carries.
public struct EventDefinition: Sendable {
    /// How far a type is.
    public enum Standing: String, Sendable, CaseIterable {
        /// Services publish it: its shape is a promise.
        case published
        /// Written down before the service that will publish it; it may still change until then.
        case agreed
    }

    /// `todo.<noun>.<past verb>.v<version>`.
    public let type: String
    /// Where it is published.
    public let topic: String
    /// App-ids of the services that publish it.
    public let publishers: [String]
    /// Whether anybody publishes it yet.
    public let standing: Standing
    /// When it is published: half a sentence that begins with a small letter.
    public let occasion: String
    /// What `subject` is the id of.
    public let subject: String
    /// The Swift type of `data`.
    public let payload: any EventPayload.Type
    /// The shape of `data`; stricter than the payload's own where the type promises more.
    public let schema: ObjectSchema
    /// A payload; the examples of one shape have together every member of it.
    public let example: JSONTree

    init<Payload: EventPayload>(
        _ type: String, on topic: String, by publishers: [String], _ standing: Standing = .agreed,
        when occasion: String, about subject: String, carries payload: Payload.Type,
        requiring: [String] = [], example: JSONTree
    ) {
        self.type = type
        self.topic = topic
        self.publishers = publishers
        self.standing = standing
        self.occasion = occasion
        self.subject = subject
        self.payload = payload
        schema = payload.schema.requiring(requiring)
        self.example = example
    }

    /// The name of the payload's shape, which is also the value of `dataschema`.
    public var schemaName: String { "urn:todo:schema:\(type)" }
}
