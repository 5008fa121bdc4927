/// A pub/sub component as one application sees it. All of them are doors to the same log, as several Kafka
/// components are to one cluster.
struct PubSubComponent: Sendable {
    let name: String
    let group: ConsumerGroup
    let scopes: TopicScopes
    /// Whether an event that failed for good is delivered again by the component itself.
    let repeatsFailures: Bool
    /// The pause before that.
    let failurePause: Duration?
    /// What Kafka refuses is refused here too, or it would be found out in production.
    let maximumMessageBytes: Int?

    init?(_ declaration: ComponentDeclaration, appID: String, newID: String) {
        guard declaration.type.hasPrefix("pubsub.") else { return nil }
        name = declaration.name
        let metadata = declaration.metadata
        group = ConsumerGroup(metadata, appID: appID, newID: newID)
        scopes = TopicScopes(metadata)
        repeatsFailures = metadata["consumeRetryEnabled"] != "false"
        maximumMessageBytes =
            metadata["maxMessageBytes"].flatMap { Int($0) }
            ?? (declaration.type == "pubsub.kafka" ? 1_048_576 : nil)
        failurePause = metadata["backOffDuration"].flatMap { GoDuration.parse($0) }
    }
}

/// Under which name an application reads the log, and where it begins.
struct ConsumerGroup: Sendable {
    let name: String
    /// A group that has never read begins with what comes next instead of the oldest event.
    let startsWithNewest: Bool
    /// A group of one process: it is never seen again, so its position is kept in memory.
    let positions: PassingPositions?

    init(_ metadata: [String: String], appID: String, newID: String) {
        let template = metadata["consumerGroup"] ?? metadata["consumerID"] ?? appID
        let name = template.isEmpty ? appID : template
        let isPassing = name.contains("{uuid}") || name.contains("{podName}")
        self.name = name.replacing("{appID}", with: appID).replacing("{namespace}", with: "default")
            .replacing("{uuid}", with: newID).replacing("{podName}", with: newID)
        positions = isPassing ? PassingPositions() : nil
        // Kafka's own default is the newest; the log without files begins with the oldest.
        startsWithNewest = metadata["initialOffset"] == "newest"
    }
}
