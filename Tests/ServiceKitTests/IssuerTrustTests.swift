import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import ServiceKit

/// What tokens of services are worth at the door of another one.
struct IssuerTrustTests {
    private static let seed = base64URLEncoded(Curve25519.Signing.PrivateKey().rawRepresentation)

    /// A door that knows one service's key, as `TODO_SERVICE_KEYS` gives it.
    private func door(knowing signer: ServiceTokenSigner, as role: String) async -> AccessGuard {
        var set = signer.keySet
        for index in set.keys.indices { set.keys[index].kid = role }
        let keys = TrustedKeys(fetch: nil)
        await keys.add(services: set)
        return AccessGuard(verifier: TokenVerifier(keys: keys), appToken: nil)
    }

    private func signer(
        _ role: String, scopes: [String], actor: Caller.Actor = .service, seed: String = seed
    ) async throws -> ServiceTokenSigner {
        try await ServiceTokenSigner(
            role: role, settings: Settings(environment: ["TODO_SIGNING_KEY": seed]), scopes: scopes,
            actor: actor)
    }

    private func status(of token: String, at door: AccessGuard, for scope: String) async -> Int {
        var head = HTTPRequest(method: .get, scheme: "http", authority: "tasks", path: "/")
        head.headerFields[.authorization] = "Bearer \(token)"
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        do {
            return try await door.admit(request, to: .signedIn(scope: scope)) == nil ? 0 : 200
        } catch {
            return Problem(from: error).status.code
        }
    }

    @Test func `a service acts for a user with the scopes that it may use`() async throws {
        let recurring = try await signer("recurring", scopes: ["tasks:write"])
        let door = await door(knowing: recurring, as: "recurring")
        let user = UUID()
        let token = try await recurring.token(actingFor: user)
        #expect(await status(of: token, at: door, for: "tasks:write") == 200)
        let caller = try #require(try await door.verifier?.caller(of: token))
        #expect(caller.userID == user)
        #expect(caller.issuer == "recurring")
        #expect(caller.actor == .service)
        #expect(caller.sessionID == nil)
        #expect(await status(of: token, at: door, for: "tasks:read") == 403)
    }

    @Test func `a scope that a service may not use is worth nothing, though its own key signed it`()
        async throws
    {
        let recurring = try await signer("recurring", scopes: ["audit:read", "account:sessions"])
        let door = await door(knowing: recurring, as: "recurring")
        let token = try await recurring.token(actingFor: UUID())
        for scope in ["audit:read", "account:sessions", "tasks:write"] {
            #expect(await status(of: token, at: door, for: scope) == 403)
        }
    }

    @Test func `a service cannot pass for a user, for another service, or for one that nobody declared`()
        async throws
    {
        let asUser = try await signer("recurring", scopes: ["tasks:write"], actor: .user)
        let knowing = await door(knowing: asUser, as: "recurring")
        #expect(
            await status(
                of: try await asUser.token(actingFor: UUID()), at: knowing, for: "tasks:write") == 401)
        let gateway = try await signer("gateway", scopes: ["tasks:write"])
        #expect(
            await status(
                of: try await gateway.token(actingFor: UUID()), at: knowing, for: "tasks:write") == 401)
        let posing = await door(knowing: gateway, as: "gateway")
        #expect(
            await status(of: try await gateway.token(actingFor: UUID()), at: posing, for: "tasks:write")
                == 401)
        let stranger = try await signer("stranger", scopes: ["tasks:write"])
        let open = await door(knowing: stranger, as: "stranger")
        #expect(
            await status(of: try await stranger.token(actingFor: UUID()), at: open, for: "tasks:write")
                == 401)
    }

    @Test func `a token of a service that lives longer than a minute is refused`() async throws {
        let signing = try await TokenSigner(
            issuer: "recurring", key: Self.seed, setting: ServiceTokenSigner.signingKey)
        let keys = TrustedKeys(fetch: nil)
        await keys.add(signing.keySet, issuer: "recurring")
        let door = AccessGuard(verifier: TokenVerifier(keys: keys), appToken: nil)
        for (lifetime, expected) in [(60, 200), (61, 401), (86_400, 401)] {
            let token = try await signing.sign(
                subject: UUID(), scopes: ["tasks:write"], actor: .service, lifetime: .seconds(lifetime),
                id: UUID())
            #expect(await status(of: token, at: door, for: "tasks:write") == expected, "\(lifetime) s")
        }
    }
}
