/// Which applications may publish and hear which topics of one component.
struct TopicScopes: Sendable, Equatable {
    enum Act: Sendable {
        case publish, subscribe
    }

    private let allowed: Set<String>
    private let protected: Set<String>
    private let publishing: [String: Set<String>]
    private let subscribing: [String: Set<String>]

    init(_ metadata: [String: String]) {
        allowed = Self.topics(in: metadata["allowedTopics"] ?? "")
        protected = Self.topics(in: metadata["protectedTopics"] ?? "")
        publishing = Self.scopes(in: metadata["publishingScopes"] ?? "")
        subscribing = Self.scopes(in: metadata["subscriptionScopes"] ?? "")
    }

    /// A topic outside the allowed ones is closed to everybody. An application without an entry is free to use
    /// whatever is not protected; one with an entry has just what is listed.
    func allow(_ act: Act, topic: String, by appID: String) -> Bool {
        guard allowed.isEmpty || allowed.contains(topic) else { return false }
        let scopes = act == .publish ? publishing : subscribing
        guard let own = scopes[appID] else { return !protected.contains(topic) }
        return own.contains(topic)
    }

    private static func topics(in text: some StringProtocol) -> Set<String> {
        let names = text.split(separator: ",").map { part in String(part.filter { $0 != " " }) }
        return Set(names.filter { !$0.isEmpty })
    }

    /// `app=a,b;other=`
    private static func scopes(in text: String) -> [String: Set<String>] {
        var scopes: [String: Set<String>] = [:]
        for entry in text.split(separator: ";") {
            let sides = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let app = String(sides[0].filter { $0 != " " })
            guard !app.isEmpty, sides.count == 2 else { continue }
            scopes[app] = topics(in: sides[1])
        }
        return scopes
    }
}
