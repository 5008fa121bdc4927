/// One item of the answer to `GET /dapr/subscribe`: deliver this topic to that route.
public struct Subscription: Sendable, Hashable, Codable {
    /// The broker's component.
    public var pubsubname: String
    /// The topic.
    public var topic: String
    /// The path that deliveries are posted to.
    public var route: String
    /// Where events go that are dropped or cannot be delivered.
    public var deadLetterTopic: String?
    /// Wishes for the component.
    public var metadata: [String: String]?

    /// Subscribes to a topic.
    public init(
        pubsubname: String, topic: String, route: String, deadLetterTopic: String? = nil,
        metadata: [String: String]? = nil
    ) {
        self.pubsubname = pubsubname
        self.topic = topic
        self.route = route
        self.deadLetterTopic = deadLetterTopic
        self.metadata = metadata
    }
}

/// What an app answers to a delivery, with status 200.
public enum DeliveryStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Done, or known already.
    case success = "SUCCESS"
    /// Not now: deliver it again.
    case retry = "RETRY"
    /// Never: to the dead letters with it.
    case drop = "DROP"

    /// The body of the answer.
    public var jsonBytes: [UInt8] {
        Array("{\"status\":\"\(rawValue)\"}".utf8)
    }
}
