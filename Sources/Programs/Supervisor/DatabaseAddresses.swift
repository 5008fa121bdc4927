/// Which login reaches which database: the private cluster's own logins, or one URL the user gave for everything.
struct DatabaseAddresses: Sendable {
    private let given: String?
    private let port: Int
    private let secrets: PlatformSecrets

    init(given: String?, port: Int, secrets: PlatformSecrets) {
        self.given = given
        self.port = port
        self.secrets = secrets
    }

    static let superuser = "todo_admin"
    static let owner = "todo_owner"
    static let database = "todo"
    static let sidecarLogin = "sidecar"
    static let sidecarDatabase = "sidecar"

    func role(_ role: RoleSpecification) -> String {
        url(role.login, secrets.apps[role.name]?.loginPassword ?? "", Self.database)
    }

    var owner: String { url(Self.owner, secrets.ownerPassword, Self.database) }

    var sidecar: String { url(Self.sidecarLogin, secrets.sidecarPassword, Self.sidecarDatabase) }

    func superuser(database: String) -> String { url(Self.superuser, secrets.superuserPassword, database) }

    /// Passwords are base64url, so nothing needs escaping. Without TLS: the server listens on loopback alone.
    private func url(_ login: String, _ password: String, _ database: String) -> String {
        given ?? "postgres://\(login):\(password)@127.0.0.1:\(port)/\(database)?sslmode=disable"
    }
}
