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
}
