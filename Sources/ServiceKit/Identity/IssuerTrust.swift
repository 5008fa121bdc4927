/// What the platform believes of an issuer: a valid signature says who signed, not that they may say everything.
///
/// A service that acts for a user without the user being there needs one or two scopes. Were its key stolen, no more
/// than these could be done with it, and no token of it would outlive a minute.
struct IssuerTrust: Sendable {
    /// Nil when the issuer may give any scope.
    var scopes: Set<String>?
    var actors: Set<Caller.Actor>
    /// The longest life of a token in seconds; nil when the issuer's own settings decide.
    var longestLife: Double?

    /// Who may issue tokens at all, by app-id. Who is not here is not believed, whatever keys are configured.
    static let ofPlatform: [String: IssuerTrust] = [
        "gateway": IssuerTrust(scopes: nil, actors: [.user, .mcp], longestLife: nil),
        "assistant": IssuerTrust(
            scopes: ["tasks:read", "tasks:write"], actors: [.agent], longestLife: 60),
        "recurring": IssuerTrust(
            scopes: ["tasks:read", "tasks:write"], actors: [.service], longestLife: 60),
        OperatorAccess.issuer: IssuerTrust(
            scopes: [OperatorAccess.scope], actors: [.service], longestLife: 60),
    ]

    /// Those of the named scopes that the issuer may give.
    func allowed(_ named: Set<String>) -> Set<String> {
        scopes.map(named.intersection) ?? named
    }

    func isLongerThanAllowed(_ life: Double) -> Bool {
        longestLife.map { life > $0 } ?? false
    }
}
