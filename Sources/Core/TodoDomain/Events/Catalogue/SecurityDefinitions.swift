extension EventCatalogue {
    static let securityDefinitions = [
        act(EventType.signInSucceeded, "somebody signed in", about: "the account", reason: nil),
        act(
            EventType.signInRefused, "a sign-in was refused", about: "the account that was aimed at",
            refused: true, reason: "password"),
        act(
            EventType.signedOut, "a session was ended by its owner, or with reason `everywhere` all of them",
            about: "the session, or the account", reason: "everywhere"),
        act(
            EventType.sessionRevoked, "one session was ended from another one", about: "the session",
            reason: nil),
        act(
            EventType.refreshReused, "a used refresh token came again, so its session was ended",
            about: "the session", refused: true, reason: nil),
        act(
            EventType.accessRefused, "somebody asked for what is not theirs", about: "what was asked for",
            refused: true, reason: "scope", by: ["gateway", "tasks", "assistant"], .agreed),
        act(
            EventType.limitExceeded, "somebody went past a limit", about: "the account",
            refused: true, reason: "sign_in"),
        act(
            EventType.confirmationAnswered, "the owner answered whether the assistant may do what destroys",
            about: "the confirmation", reason: "button", by: ["assistant"]),
    ]

    private static func act(
        _ type: String, _ occasion: String, about subject: String, refused: Bool = false, reason: String?,
        by publishers: [String] = ["gateway"], _ standing: EventDefinition.Standing = .published
    ) -> EventDefinition {
        let example: JSONTree = ["outcome": refused ? "refused" : "succeeded"]
        return EventDefinition(
            type, on: Topic.audit, by: publishers, standing, when: occasion, about: subject,
            carries: SecurityAct.self,
            example: reason.map { example.with("reason", .text($0)) } ?? example)
    }
}
