/// Who may call a route. There is no default: every route says it.
public enum RouteAccess: Sendable {
    /// Anybody, without a token.
    case anyone
    /// Anybody; whoever has a valid access token is known.
    case guest
    /// A user, or a service acting for one, with a valid access token that has the scope.
    case signedIn(scope: String)
    /// The own sidecar only, known by the app token.
    case sidecar

    /// Whether a request is one of those that a user has in a minute; what is open to guests has a limit of its own.
    var countsRequests: Bool {
        if case .guest = self { return false }
        return true
    }
}
