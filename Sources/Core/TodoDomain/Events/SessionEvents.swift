/// What becomes of a person's sessions; on `audit.events`, with a `SecurityAct`.
extension EventType {
    /// The person ended a session, or all of them (reason `everywhere`).
    public static let signedOut = "todo.security.signed_out.v1"
    /// The person ended one session from another one.
    public static let sessionRevoked = "todo.security.session_revoked.v1"
    /// A refresh token that had been used came again: somebody holds a copy, so the session was ended.
    public static let refreshReused = "todo.security.refresh_reused.v1"
}
