import FoundationEssentials
public import HTTPTypes

/// Who may look into the flow of events and act on it: the people who run the platform, who are no users of
/// it.
///
/// They hold a key of their own (`signing-key.operator` in the data folder's secrets, a secret of the cluster
/// elsewhere) and sign tokens of a minute with it. No account, however privileged, has this scope.
public enum OperatorAccess {
    /// The issuer of the tokens, and the `kid` of their key in `TODO_SERVICE_KEYS`.
    public static let issuer = "operator"
    /// The one scope the tokens may have.
    public static let scope = "events.operate"

    /// Signs tokens with the operator's key.
    public static func signer(key: String) async throws -> ServiceTokenSigner {
        let settings = Settings(environment: [ServiceTokenSigner.signingKey.name: key])
        return try await ServiceTokenSigner(role: issuer, settings: settings, scopes: [scope])
    }

    /// A token; operators act for no user.
    public static func token(of signer: ServiceTokenSigner) async throws -> String {
        try await signer.token(actingFor: nobody)
    }

    private static let nobody = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
}

extension ServiceRouter {
    /// Declares a route for operators only. The issuer is asked for besides the scope: the gateway may sign
    /// any scope.
    public func onOperation(
        _ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler
    ) {
        on(method, path, access: .signedIn(scope: OperatorAccess.scope)) { request, context in
            guard try context.requireCaller().issuer == OperatorAccess.issuer else {
                throw Problem(.forbidden, "only operators may call this")
            }
            return try await handler(request, context)
        }
    }
}
