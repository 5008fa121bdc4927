/// A subscription that a file declares instead of the application.
struct DeclaredSubscription: Sendable, Equatable {
    var subscription: TopicSubscription
    /// The app-ids it is for; empty for all.
    var scopes: [String]

    func isVisible(to appID: String) -> Bool { scopes.isEmpty || scopes.contains(appID) }

    /// Reads version 2, or version 1 with its one route.
    static func read(
        _ document: ResourceNode, version: String
    ) throws(ResourceMistake) -> DeclaredSubscription {
        try document.allow(only: ["apiVersion", "kind", "metadata", "spec", "scopes"])
        let spec = try document.required("spec")
        let isFirst = version == "dapr.io/v1alpha1"
        try spec.allow(
            only: [
                "pubsubname", "topic", isFirst ? "route" : "routes", "deadLetterTopic", "bulkSubscribe",
                "metadata",
            ])
        var subscription = TopicSubscription(
            pubsubname: try spec.requiredText("pubsubname"), topic: try spec.requiredText("topic"))
        subscription.isDeclared = true
        if isFirst {
            subscription.route = TopicSubscription.path(try spec.requiredText("route"))
        } else {
            try subscription.readRoutes(try spec.required("routes"))
        }
        subscription.deadLetterTopic = try spec.text("deadLetterTopic").flatMap { $0.isEmpty ? nil : $0 }
        for (name, value) in try spec.members("metadata") {
            subscription.metadata[name] = try value.text()
        }
        if let bulk = try spec.field("bulkSubscribe"), try bulk.flag("enabled") == true {
            subscription.bulk = BulkWish(
                maxMessages: try bulk.number("maxMessagesCount"),
                maxAwaitMilliseconds: try bulk.number("maxAwaitDurationMs"))
        }
        return DeclaredSubscription(subscription: subscription, scopes: try document.texts("scopes"))
    }
}

extension TopicSubscription {
    fileprivate mutating func readRoutes(_ routes: ResourceNode) throws(ResourceMistake) {
        try routes.allow(only: ["rules", "default"])
        route = try routes.text("default").flatMap { $0.isEmpty ? nil : Self.path($0) }
        for rule in try routes.list("rules") {
            try rule.allow(only: ["match", "path"])
            let match = try rule.requiredText("match")
            guard let expression = MatchExpression(match) else {
                throw try rule.required("match").mistake("is an expression that is not supported here")
            }
            rules.append(
                RouteRule(
                    match: match, expression: expression, path: Self.path(try rule.requiredText("path"))))
        }
        guard route != nil || !rules.isEmpty else { throw routes.mistake("names no route") }
    }
}
