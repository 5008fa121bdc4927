/// One entry of an application's answer to `GET /dapr/subscribe`.
struct TopicSubscription: Sendable, Equatable {
    var pubsubname: String
    var topic: String
    var route: String
    var deadLetterTopic: String?
    var metadata: [String: String] = [:]

    /// The usable entries of the answer. An entry without topic or route is left out, as Dapr does;
    /// a body that is not a list is `nil`.
    static func list(from body: [UInt8]) -> [TopicSubscription]? {
        if body.isEmpty { return [] }
        guard let entries = JSONReader.read(body)?.elements else { return nil }
        return entries.compactMap(TopicSubscription.init(entry:))
    }

    private init?(entry: JSONNode) {
        guard let pubsubname = entry["pubsubname"]?.text, let topic = entry["topic"]?.text, !topic.isEmpty,
            let route = Self.route(of: entry)
        else { return nil }
        self.pubsubname = pubsubname
        self.topic = topic
        self.route = route.hasPrefix("/") ? route : "/" + route
        deadLetterTopic = entry["deadLetterTopic"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        metadata = entry["metadata"]?.textMembers ?? [:]
    }

    private static func route(of entry: JSONNode) -> String? {
        [entry["routes"]?["default"]?.text, entry["route"]?.text].compactMap(\.self).first { !$0.isEmpty }
    }

    var asJSON: JSONNode {
        var members: [String: JSONNode] = [
            "pubsubname": .string(pubsubname), "topic": .string(topic), "type": .string("PROGRAMMATIC"),
            "rules": .array([.object(["match": .string(""), "path": .string(route)])]),
            "metadata": .object(metadata.mapValues(JSONNode.string)),
        ]
        if let deadLetterTopic { members["deadLetterTopic"] = .string(deadLetterTopic) }
        return .object(members)
    }
}
