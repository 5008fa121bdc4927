/// Which login reaches which database, as whom, and with which password.
struct DatabaseAddresses: Sendable {
    /// Where the database is.
    enum Place: Sendable, Equatable {
        /// The private cluster, which has a database of its own for the sidecar.
        case ownCluster(port: Int)
        /// A database the user gave, with a login that may make the others.
        case given(DatabaseURL)
        /// Every login has a URL of its own: nothing is made.
        case everyLoginGiven
    }

    /// A login's name and password. `isGiven` ones come from a URL of their own and keep their password.
    struct Account: Sendable, Equatable {
        let name: String
        let password: String
        let isGiven: Bool
    }

    let place: Place
    private let secrets: PlatformSecrets
    private let own: [String: DatabaseURL]

    static let superuser = "todo_admin"
    static let database = "todo"
    static let sidecarDatabase = "sidecar"
    static let givenKey = "DATABASE_URL"

    /// - Parameter own: URLs for single logins, by their settings.
    init(place: Place, secrets: PlatformSecrets, own: [String: DatabaseURL] = [:]) {
        self.place = place
        self.secrets = secrets
        self.own = own
    }

    /// Finds out from the environment where the database is: a URL for every login, one URL for everything, or
    /// none, which means the private cluster. Some URLs without the one for everything are an error.
    static func read(
        _ environment: [String: String], port: Int, secrets: PlatformSecrets, roles: [RoleSpecification]
    ) throws(SupervisorError) -> DatabaseAddresses {
        var own: [String: DatabaseURL] = [:]
        let logins = DatabaseLogin.all(for: roles)
        for login in logins {
            if let text = environment[login.key], !text.isEmpty {
                own[login.key] = try DatabaseURL(text, key: login.key)
            }
        }
        let missing = logins.map(\.key).filter { own[$0] == nil }
        if missing.isEmpty { return DatabaseAddresses(place: .everyLoginGiven, secrets: secrets, own: own) }
        if let text = environment[givenKey], !text.isEmpty {
            let given = try DatabaseURL(text, key: givenKey)
            return DatabaseAddresses(place: .given(given), secrets: secrets, own: own)
        }
        guard own.isEmpty else { throw .databaseURLsMissing(keys: missing) }
        return DatabaseAddresses(place: .ownCluster(port: port), secrets: secrets)
    }

    func url(of login: DatabaseLogin) -> String {
        if let own = own[login.key] { return own.text }
        let account = account(of: login)
        switch place {
        case .ownCluster:
            let isSidecar = login.purpose == .sidecar
            return local(
                account.name, account.password, isSidecar ? Self.sidecarDatabase : Self.database)
        case .given(let url):
            return url.with(user: account.name, password: account.password)
        case .everyLoginGiven:
            return ""
        }
    }

    func account(of login: DatabaseLogin) -> Account {
        if let own = own[login.key] {
            return Account(name: own.user, password: own.password ?? "", isGiven: true)
        }
        return Account(name: login.name, password: secrets.passwords[login.name] ?? "", isGiven: false)
    }

    /// The settings of logins that no URL of their own was given for.
    func missingKeys(_ roles: [RoleSpecification]) -> [String] {
        DatabaseLogin.all(for: roles).map(\.key).filter { own[$0] == nil }
    }

    /// The login that makes the others. Nil where nothing is made.
    func administrator(database: String) -> String? {
        switch place {
        case .ownCluster: local(Self.superuser, secrets.superuserPassword, database)
        case .given(let url): url.text
        case .everyLoginGiven: nil
        }
    }

    /// Passwords are base64url, so nothing needs escaping. Without TLS: the server listens on loopback alone.
    private func local(_ login: String, _ password: String, _ database: String) -> String {
        guard case .ownCluster(let port) = place else { return "" }
        return "postgres://\(login):\(password)@127.0.0.1:\(port)/\(database)?sslmode=disable"
    }
}
