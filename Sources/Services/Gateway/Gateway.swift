// The gateway: the one door for people. It keeps accounts, signs tokens, and passes the API on.
//
// - Accounts: sign-up and sign-in with scrypt; a token lives five minutes and is signed with Ed25519. Others verify
//   it with the key set that is published here.
// - The API of other services is not repeated here: `ForwardedRoutes` names each route once and passes it on by
//   Dapr service invocation, with the caller's token, without cookies.
// - A token is verified here as well as behind: nonsense is turned away before it costs anything.

import EventFlow
import FoundationEssentials
import Postgres
public import ServiceKit

/// The role `gateway`.
public enum Gateway {
    static let schema = "identity"

    /// Everything the frame must know.
    public static let role = ServiceRole(
        name: "gateway", summary: "the public API: accounts, tokens, and the way to the others", port: 8080,
        adminPort: 9180,
        keys: FrameKeys.database + FrameKeys.sidecar + [FrameKeys.serviceKeys] + GatewaySettings.all,
        schema: schema,
        migrations: [
            Migration(
                name: "M0001_account",
                sql: String(decoding: PackageResources.M0001_account_sql, as: UTF8.self)),
            EventTables.outbox(in: schema),
        ],
        build: build)

    static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let database = try frame.database()
        let dapr = try frame.sidecar(isHard: true)
        let signer = try await TokenSigner(
            issuer: frame.role.name, key: try frame.settings.string(GatewaySettings.signingKey),
            setting: GatewaySettings.signingKey)
        try await frame.acceptTokens(own: signer)
        let outbox = Outbox(schema: schema, source: frame.role.name)
        let accounts = AccountOperations(
            database: database, outbox: outbox, signer: signer,
            hasher: PasswordHasher(
                costExponent: try frame.settings.integer(GatewaySettings.scryptCost, in: 8...14)),
            tokenLifetime: try frame.settings.duration(GatewaySettings.tokenLifetime))
        let relay = OutboxRelay(
            outbox: outbox, database: database, listening: try frame.databaseConfiguration(), dapr: dapr,
            logger: frame.logger)
        let bodyLimit = try frame.bodyLimit()
        return ServiceParts(
            routes: { router in
                AccountRoutes(accounts: accounts, keySet: signer.keySet, bodyLimit: bodyLimit).add(to: router)
                ForwardedRoutes(dapr: dapr, bodyLimit: bodyLimit).add(to: router)
            },
            isPublic: true, services: [relay])
    }
}
