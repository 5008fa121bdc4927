public import Postgres

/// What `todo migrate` does around the migrations themselves: logins and schemas before, rights after.
///
/// - `TODO_OWNER_DATABASE_URL`: the owner migrates; logins were made by somebody else. Rights go to those named by
///   the other `TODO_…_DATABASE_URL`s, or to the usual names where they exist.
/// - `DATABASE_URL` alone: its login makes the others, with passwords from the data folder's `secrets.json`.
public struct DatabaseSetup: Sendable {
    private let environment: [String: String]
    private let folder: DataFolder
    private let roles = RoleTable.all

    /// Setup for the database that an environment names.
    public init(environment: [String: String], dataFolder: String) {
        self.environment = environment
        folder = DataFolder(dataFolder)
    }

    /// Makes logins and schemas where that is ours to do; answers the owner's address.
    public func prepare() async throws -> String {
        if let owner = environment[DatabaseLogin.owner.key], !owner.isEmpty {
            _ = try DatabaseURL(owner, key: DatabaseLogin.owner.key)
            try await DatabaseURL.refusePooler(owner, key: DatabaseLogin.owner.key)
            return owner
        }
        guard let given = environment[DatabaseAddresses.givenKey], !given.isEmpty else {
            throw SupervisorError.databaseURLsMissing(
                keys: [DatabaseAddresses.givenKey, DatabaseLogin.owner.key], anyOf: true)
        }
        try DataLayout.check(folder)
        try folder.prepare()
        let secrets = try PlatformSecrets.load(folder, roles: roles)
        let addresses = try DatabaseAddresses.read(environment, port: 0, secrets: secrets, roles: roles)
        try await DatabaseProvisioning(addresses: addresses, roles: roles).run()
        return addresses.url(of: .owner)
    }

    /// Gives the logins their rights on what the migrations made.
    public func grant(on owner: PostgresClient) async throws {
        var grantees: [DatabaseGrants.Grantee] = []
        for login in roles.flatMap(\.logins) {
            var name = login.name
            if let text = environment[login.key], !text.isEmpty {
                name = try DatabaseURL(text, key: login.key).user
            }
            grantees.append(DatabaseGrants.Grantee(login: login, name: name))
        }
        try await DatabaseGrants(schemas: roles.map(\.schema), grantees: grantees).apply(on: owner)
    }

    /// One line about why the database could not be worked with.
    public func explain(_ error: any Error) -> String {
        guard let error = error as? PostgresError else { return String(describing: error) }
        let isOwner = environment[DatabaseLogin.owner.key]?.isEmpty == false
        let key = isOwner ? DatabaseLogin.owner.key : DatabaseAddresses.givenKey
        return DatabaseFailure.explain(error, key: key, step: "migrating").description
    }
}
