import Crypto
import FoundationEssentials
import HTTPTypes
import Synchronization
import Testing

@testable import ServiceKit

struct TokenVerifierTests {
    private static let key = ConfigurationKey("TODO_SIGNING_KEY", secret: true, "test")

    private func signer(issuer: String = "gateway", now: @escaping @Sendable () -> Date = { Date() })
        async throws
        -> TokenSigner
    {
        let seed = base64URLEncoded(Curve25519.Signing.PrivateKey().rawRepresentation)
        return try await TokenSigner(issuer: issuer, key: seed, setting: Self.key, now: now)
    }

    private func token(_ signer: TokenSigner, for user: UUID, lifetime: Duration = .seconds(60)) async throws
        -> String
    {
        try await signer.sign(subject: user, scopes: ["tasks:read"], lifetime: lifetime, id: UUID())
    }

    private func status(_ body: () async throws -> Caller) async -> Int {
        do {
            _ = try await body()
            return 200
        } catch let problem as Problem {
            return problem.status.code
        } catch {
            return 0
        }
    }

    @Test func `a token tells user, issuer and scopes`() async throws {
        let signer = try await signer()
        let keys = TrustedKeys(fetch: nil)
        await keys.add(signer.keySet, issuer: "gateway")
        let user = UUID()
        let caller = try await TokenVerifier(keys: keys).caller(of: try await token(signer, for: user))
        #expect(caller.userID == user)
        #expect(caller.issuer == "gateway")
        #expect(caller.scopes == ["tasks:read"])
        #expect(caller.actor == .user)
    }

    @Test func `expired tokens, other keys and other issuers are refused`() async throws {
        let past: @Sendable () -> Date = { Date().addingTimeInterval(-3600) }
        let mine = try await signer()
        let other = try await signer()
        let service = try await signer(issuer: "recurring")
        let keys = TrustedKeys(fetch: nil)
        await keys.add(mine.keySet, issuer: "gateway")
        // The service's key is trusted for the service only: a token that claims another issuer is a forgery.
        await keys.add(service.keySet, issuer: "somebody-else")
        let verifier = TokenVerifier(keys: keys)
        #expect(await status { try await verifier.caller(of: try await token(mine, for: UUID())) } == 200)
        #expect(await status { try await verifier.caller(of: try await token(other, for: UUID())) } == 401)
        #expect(await status { try await verifier.caller(of: try await token(service, for: UUID())) } == 401)
        let old = try await signer(now: past)
        await keys.add(old.keySet, issuer: "gateway")
        #expect(await status { try await verifier.caller(of: try await token(old, for: UUID())) } == 401)
        for text in ["", "a.b.c", "..", "e30.e30.e30", String(repeating: "x", count: 9000)] {
            #expect(await status { try await verifier.caller(of: text) } == 401)
        }
    }

    @Test func `what was verified is remembered, but not beyond its expiry`() async throws {
        let clock = Mutex(Date())
        let signer = try await signer()
        let keys = TrustedKeys(fetch: nil)
        await keys.add(signer.keySet, issuer: "gateway")
        let verifier = TokenVerifier(keys: keys, now: { clock.withLock { $0 } })
        let text = try await token(signer, for: UUID(), lifetime: .seconds(1))
        #expect(await status { try await verifier.caller(of: text) } == 200)
        clock.withLock { $0 += 3600 }
        let other = try await self.signer()
        #expect(await status { try await verifier.caller(of: try await token(other, for: UUID())) } == 401)
        #expect(verifier.remembers(text) == false)
    }

    @Test func `an unknown key is fetched once, and a fetch that fails is not the caller's fault`()
        async throws
    {
        let signer = try await signer()
        let fetches = Mutex(0)
        let set = signer.keySet
        let keys = TrustedKeys(pause: .milliseconds(1)) {
            fetches.withLock { $0 += 1 }
            return set
        }
        let verifier = TokenVerifier(keys: keys)
        #expect(await status { try await verifier.caller(of: try await token(signer, for: UUID())) } == 200)
        #expect(await status { try await verifier.caller(of: try await token(signer, for: UUID())) } == 200)
        #expect(fetches.withLock { $0 } == 1)
        let stranger = try await self.signer()
        #expect(await status { try await verifier.caller(of: try await token(stranger, for: UUID())) } == 401)
        #expect(fetches.withLock { $0 } == 2)
        let away = TokenVerifier(keys: TrustedKeys { throw TokenError.keysUnavailable })
        #expect(await status { try await away.caller(of: try await token(signer, for: UUID())) } == 503)
    }

    @Test func `a token has one spelling`() async throws {
        let signer = try await signer()
        let keys = TrustedKeys(fetch: nil)
        await keys.add(signer.keySet, issuer: "gateway")
        let verifier = TokenVerifier(keys: keys)
        let text = try await token(signer, for: UUID())
        #expect(await status { try await verifier.caller(of: text) } == 200)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        // The last character of 64 bytes carries two bits; the other four are nobody's.
        let last = try #require(text.last.flatMap { alphabet.firstIndex(of: $0) })
        for other in ["\(text.dropLast())\(alphabet[last ^ 1])", text + "=", text + "==", text + " "] {
            #expect(await status { try await verifier.caller(of: other) } == 401, "\(other.suffix(4))")
        }
    }

    @Test func `a signing key of the wrong size is a clear mistake`() async {
        await #expect(throws: ConfigurationError.self) {
            _ = try await TokenSigner(issuer: "gateway", key: "c2hvcnQ", setting: Self.key)
        }
    }
}
