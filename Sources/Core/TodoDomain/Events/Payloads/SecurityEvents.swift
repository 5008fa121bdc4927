/// What security events carry: the outcome and a reason word, never what was typed.
public struct SecurityAct: EventPayload {
    /// How an act ended.
    public enum Outcome: String, Sendable, Codable, CaseIterable {
        case succeeded, refused
    }

    /// Whether it was allowed.
    public var outcome: Outcome
    /// A word such as `password`; nil when there is nothing more to say.
    public var reason: String?

    /// An act with its outcome.
    public init(outcome: Outcome, reason: String? = nil) {
        self.outcome = outcome
        self.reason = reason
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "SecurityAct", "An act that matters for security, in words only: no address, no token, no text.",
        [
            .required("outcome", .oneOf(Outcome.self), "whether it was allowed"),
            .optional("reason", .word, "a word such as `password` or `everywhere`"),
        ])
}
