// The gateway: the one door for people. It keeps accounts, signs tokens, and passes the API on.
//
// - Accounts: sign-up and sign-in with scrypt; a token lives five minutes and is signed with Ed25519. Others verify
//   it with the key set that is published here.
// - Passwords are guessed, and hashing them is dear: `SignInLimits` stand before both.
// - Sessions: a refresh token in a cookie, good once, carries a session on; one that comes twice ends it. A token of
//   an ended session is refused here at once, behind when it expires. Ended sessions are a set in memory that
//   `SessionWatch` keeps up to date; asking the database on every request would make it part of every request.
// - The API of other services is not repeated here: `ForwardedRoutes` names each route once and passes it on by
//   Dapr service invocation, with the caller's token, without cookies.
// - `LiveUpdates` tells open pages what happens, as a subscriber that every replica is by itself.
// - A token is verified here as well as behind: nonsense is turned away before it costs anything.

import EventFlow
import FoundationEssentials
import HTTPTypes
import Logging
import Postgres
public import ServiceKit
import TodoDomain

/// The role `gateway`.
public enum Gateway {
    /// The description of the public API (OpenAPI 3.1), as `docs/openapi.json` has it.
    public static var openAPI: String { OpenAPIDocument.tree.pretty }

    static let schema = "identity"

    /// Everything the frame must know.
    public static let role = ServiceRole(
        name: "gateway", summary: "the public API: accounts, tokens, and the way to the others", port: 8080,
        adminPort: 9180,
        keys: FrameKeys.database + FrameKeys.sidecar + GatewaySettings.all + [ZoneFiles.folder],
        schema: schema,
        migrations: [
            Migration(
                name: "M0001_account",
                sql: String(decoding: PackageResources.M0001_account_sql, as: UTF8.self)),
            EventTables.outbox(in: schema),
            Migration(
                name: "M0002_session",
                sql: String(decoding: PackageResources.M0002_session_sql, as: UTF8.self)),
            EventTables.outboxShards(in: schema),
            Migration(
                name: "M0003_settings",
                sql: String(decoding: PackageResources.M0003_settings_sql, as: UTF8.self)),
            Migration(
                name: "M0004_ended_session",
                sql: String(decoding: PackageResources.M0004_ended_session_sql, as: UTF8.self)),
        ],
        build: build)

    static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let database = try frame.database()
        let dapr = try frame.sidecar(isHard: true)
        let signer = try await TokenSigner(
            issuer: frame.role.name, key: try frame.settings.string(GatewaySettings.signingKey),
            setting: GatewaySettings.signingKey)
        let lifetimes = try SessionLifetimes(frame.settings)
        let revoked = RevokedSessions(tokenLifetime: lifetimes.accessToken)
        try await frame.acceptTokens(own: signer, objection: revoked.object)
        frame.requires(ReadinessCheck("sessions") { revoked.isLoaded })
        let outbox = Outbox(schema: schema, source: frame.role.name)
        let sessions = SessionOperations(
            database: database, outbox: outbox, signer: signer, revoked: revoked, lifetimes: lifetimes)
        let settings = SettingsOperations(
            database: database, outbox: outbox, zones: try ZoneFiles(settings: frame.settings))
        let ledger = RequestRate.Ledger(
            dapr: dapr, store: try frame.settings.string(GatewaySettings.stateStore))
        let accounts = AccountOperations(
            database: database, outbox: outbox, sessions: sessions,
            hasher: PasswordHasher(
                costExponent: try frame.settings.integer(GatewaySettings.scryptCost, in: 8...14)),
            limits: SignInLimits(
                try SignInLimits.Quotas(frame.settings), ledger: ledger, logger: frame.logger),
            logger: frame.logger, settings: settings)
        let cookie = RefreshCookie(
            isSecure: try frame.settings.boolean(GatewaySettings.cookieSecure), maximumAge: lifetimes.idle)
        let relay = OutboxRelay(
            outbox: outbox, database: database, listening: try frame.databaseConfiguration(), dapr: dapr,
            logger: frame.logger)
        let bodyLimit = try frame.bodyLimit()
        let importLimit = try frame.settings.integer(GatewaySettings.importLimit, in: 1024...1_073_741_824)
        let watch = SessionWatch(
            database: database, listening: try frame.databaseConfiguration(), revoked: revoked,
            logger: frame.logger)
        // Before the port opens: until it is known which sessions ended, every request would be refused.
        await watch.look()
        let rate = RequestRate(
            .init(
                limiter: "api", partition: "user",
                quota: try frame.settings.integer(GatewaySettings.apiRate, in: 1...1_000_000_000)),
            ledger: ledger, logger: frame.logger)
        let addresses = try ClientAddress(frame.settings)
        let isSecure = try frame.settings.boolean(GatewaySettings.cookieSecure)
        let policy = PagePolicy(isSecure: isSecure)
        let live = LiveUpdates(
            limits: try LiveUpdates.Limits(frame.settings), isEnded: revoked.isEnded)
        let page = try page(frame, policy: policy)
        let streams = StreamRoutes(live: live, dapr: dapr, logger: frame.logger)
        let reports = PageTelemetryRoutes(
            telemetry: PageTelemetry(
                spans: frame.reportedSpans(service: "page", scope: "todo.page"), logger: frame.logger),
            addresses: addresses,
            budget: RequestBudget(
                perMinute: try frame.settings.integer(GatewaySettings.reportLimit, in: 1...1_000_000)))
        var parts = ServiceParts(
            routes: { router in
                GatewayRoutes(
                    accounts: accounts, sessions: sessions, settings: settings, cookie: cookie,
                    keySet: signer.keySet, dapr: dapr, addresses: addresses, bodyLimit: bodyLimit,
                    importLimit: importLimit, streams: streams
                ).add(to: router)
                page?.add(to: router)
                reports.add(to: router)
            },
            isPublic: true,
            headers: policy.everywhere,
            services: [watch, relay, LiveUpdatesService(live: live)])
        parts.rateLimit = { caller in
            let verdict = await rate.count(caller.userID)
            guard verdict.isAllowed else {
                throw Problem(
                    .tooManyRequests, "too many requests in this minute", headers: verdict.headers)
            }
            return verdict.headers
        }
        parts.broadcasts = ServiceParts.Broadcasts(
            routes: BroadcastTable.routes(to: live), subscribed: live.subscribed)
        parts.onDrain = live.drain
        parts.compressesBelow = "/api/"
        return parts
    }

    /// Nil where the page's files are nowhere to be found: the API works without.
    private static func page(_ frame: ServiceFrame, policy: PagePolicy) throws -> PageRoutes? {
        guard let folder = try WebFolder.find(.gateway, frame.settings) else {
            frame.logger.warning("no page is served: its files were not found")
            return nil
        }
        let tree = WebTree(files: try folder.files(), inspector: try TraceInspector(frame.settings))
        frame.logger.info(
            "page found", metadata: ["fingerprint": "\(tree.fingerprint)", "files": "\(tree.assets.count)"])
        return PageRoutes(tree: tree, policy: policy)
    }
}
