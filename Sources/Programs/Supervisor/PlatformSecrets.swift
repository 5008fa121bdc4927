import Crypto
import FoundationEssentials

/// Every secret one start needs, by purpose; taken from the secrets file, which is completed where it lacks some.
struct PlatformSecrets: Sendable, Equatable {
    struct App: Sendable, Equatable {
        /// What the role shows to its sidecar.
        let apiToken: String
        /// What the sidecar shows to the role.
        let appToken: String
        let signingKey: String?
    }

    static let demoEmail = "demo@example.com"
    static let superuserEntry = "postgres.superuser"

    let superuserPassword: String
    /// By the login's usual name.
    let passwords: [String: String]
    let demoPassword: String
    let apps: [String: App]
    /// What web push is signed with, as the setting has it: nearly every 32 bytes are a key of P-256.
    let pushKey: String
    /// JWKS of those whose tokens are accepted when no user is present.
    let serviceKeys: String

    static func load(_ folder: DataFolder, roles: [RoleSpecification]) throws(SupervisorError)
        -> PlatformSecrets
    {
        var file = try SecretsFile.load(folder.secrets)
        let before = file.entries
        let secrets = try PlatformSecrets(&file, roles: roles, path: folder.secrets)
        if file.entries != before { try file.save() }
        return secrets
    }

    private init(_ file: inout SecretsFile, roles: [RoleSpecification], path: String) throws(SupervisorError)
    {
        superuserPassword = file.token(Self.superuserEntry)
        var passwords: [String: String] = [:]
        for login in DatabaseLogin.all(for: roles) {
            passwords[login.name] = file.token("postgres.\(login.name)")
        }
        self.passwords = passwords
        demoPassword = file.token("demo.password")
        pushKey = file.signingKey(of: "web-push")
        var apps: [String: App] = [:]
        for role in roles {
            apps[role.name] = App(
                apiToken: file.token("dapr-api-token.\(role.name)"),
                appToken: file.token("app-api-token.\(role.name)"),
                signingKey: role.signs ? file.signingKey(of: role.name) : nil
            )
        }
        self.apps = apps
        var keys: [KeySet.Key] = []
        for app in RoleTable.tokenIssuers {
            guard let key = KeySet.Key(app: app, seed: file.signingKey(of: app)) else {
                throw .damagedFile(path: path)
            }
            keys.append(key)
        }
        serviceKeys = KeySet(keys: keys).json
    }
}

/// A JSON Web Key Set of public Ed25519 keys.
struct KeySet: Codable, Sendable, Equatable {
    struct Key: Codable, Sendable, Equatable {
        let kty: String
        let crv: String
        let kid: String
        let use: String
        let alg: String
        let x: String

        /// The public half of a base64url seed; nil when the seed is not one.
        init?(app: String, seed: String) {
            guard let bytes = Base64URL.decode(seed),
                let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
            else { return nil }
            kty = "OKP"
            crv = "Ed25519"
            kid = app
            use = "sig"
            alg = "EdDSA"
            x = Base64URL.encode([UInt8](key.publicKey.rawRepresentation))
        }
    }

    let keys: [Key]

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? #"{"keys":[]}"#
    }
}
