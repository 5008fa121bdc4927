/// Deliver a topic to a route: one entry of an application's answer to `GET /dapr/subscribe`, or a file's.
struct TopicSubscription: Sendable, Equatable {
    var pubsubname: String
    var topic: String
    /// The route of events that no rule fits; `nil` if those go nowhere.
    var route: String?
    /// Looked at in order; the first that fits decides.
    var rules: [RouteRule] = []
    var deadLetterTopic: String?
    var metadata: [String: String] = [:]
    /// Set when events are wanted several at a time.
    var bulk: BulkWish?
    var isDeclared = false

    init(pubsubname: String, topic: String, route: String? = nil) {
        self.pubsubname = pubsubname
        self.topic = topic
        self.route = route
    }

    /// The usable entries of the answer. An entry without topic or route is left out, as Dapr does;
    /// a body that is not a list is `nil`.
    ///
    /// - Parameter report: told of each entry whose rules nobody here can judge.
    static func list(from body: [UInt8], report: (String) -> Void = { _ in }) -> [TopicSubscription]? {
        if body.isEmpty { return [] }
        guard let entries = JSONReader.read(body)?.elements else { return nil }
        return entries.compactMap { TopicSubscription(entry: $0, report: report) }
    }

    private init?(entry: JSONNode, report: (String) -> Void) {
        guard let pubsubname = entry["pubsubname"]?.text, let topic = entry["topic"]?.text, !topic.isEmpty
        else { return nil }
        self.init(pubsubname: pubsubname, topic: topic, route: Self.route(of: entry))
        for rule in entry["routes"]?["rules"]?.elements ?? [] {
            guard let match = rule["match"]?.text, let path = rule["path"]?.text, !path.isEmpty else {
                continue
            }
            guard let expression = MatchExpression(match) else {
                report("a rule of topic \(topic) is an expression that is not supported here")
                return nil
            }
            rules.append(RouteRule(match: match, expression: expression, path: Self.path(path)))
        }
        guard route != nil || !rules.isEmpty else { return nil }
        deadLetterTopic = entry["deadLetterTopic"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        metadata = entry["metadata"]?.textMembers ?? [:]
        if let wish = entry["bulkSubscribe"], wish["enabled"] == .bool(true) {
            bulk = BulkWish(
                maxMessages: wish["maxMessagesCount"]?.integer,
                maxAwaitMilliseconds: wish["maxAwaitDurationMs"]?.integer)
        }
    }

    private static func route(of entry: JSONNode) -> String? {
        let given = [entry["routes"]?["default"]?.text, entry["route"]?.text]
        return given.compactMap(\.self).first { !$0.isEmpty }.map(path)
    }

    static func path(_ route: String) -> String { route.hasPrefix("/") ? route : "/" + route }

    /// Where an event goes; `nil` for nowhere.
    func path(for event: [String: JSONNode]) throws(MatchExpression.NotDecidable) -> String? {
        for rule in rules where try rule.expression.fits(event) { return rule.path }
        return route
    }

    var asJSON: JSONNode {
        var shown = rules.map { JSONNode.object(["match": .string($0.match), "path": .string($0.path)]) }
        if let route { shown.append(.object(["match": .string(""), "path": .string(route)])) }
        var members: [String: JSONNode] = [
            "pubsubname": .string(pubsubname), "topic": .string(topic),
            "type": .string(isDeclared ? "DECLARATIVE" : "PROGRAMMATIC"), "rules": .array(shown),
            "metadata": .object(metadata.mapValues(JSONNode.string)),
        ]
        if let deadLetterTopic { members["deadLetterTopic"] = .string(deadLetterTopic) }
        return .object(members)
    }
}

/// One rule of a subscription.
struct RouteRule: Sendable, Equatable {
    var match: String
    var expression: MatchExpression
    var path: String
}

/// How many events a delivery may hold, and how long it may wait for them. The defaults are those of Kafka.
struct BulkWish: Sendable, Equatable {
    static let most = 1000

    var maxMessages: Int
    var maxAwait: Duration

    init(maxMessages: Int?, maxAwaitMilliseconds: Int?) {
        self.maxMessages = maxMessages.map { min(max(1, $0), Self.most) } ?? 80
        maxAwait = .milliseconds(maxAwaitMilliseconds.map { max(0, $0) } ?? 10_000)
    }
}

extension JSONNode {
    var integer: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text)
    }
}
