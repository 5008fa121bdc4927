import Crypto
import FoundationEssentials
import Synchronization
import Testing

@testable import ServiceKit

/// Keys change while requests go on.
struct KeyRotationTests {
    /// The gateway as services see it: what it signs with, and what it publishes.
    private final class Gateway: Sendable {
        private let signing: Mutex<TokenSigner>
        let fetches = Mutex(0)

        init(_ signer: TokenSigner) { signing = Mutex(signer) }

        var signer: TokenSigner { signing.withLock { $0 } }

        func restart(with signer: TokenSigner) { signing.withLock { $0 = signer } }

        func fetch() async throws -> KeySet {
            // The answer is decided before it arrives: what changes on its way is not in it.
            let set = signer.keySet
            fetches.withLock { $0 += 1 }
            for _ in 0..<20 { await Task.yield() }
            return set
        }
    }

    private static func seed() -> String {
        base64URLEncoded(Curve25519.Signing.PrivateKey().rawRepresentation)
    }

    private static func signer(_ seeds: String...) async throws -> TokenSigner {
        try await TokenSigner(
            issuer: "gateway", key: seeds.joined(separator: ","), setting: ServiceTokenSigner.signingKey)
    }

    private static func token(_ signer: TokenSigner) async throws -> String {
        try await signer.sign(
            subject: UUID(), scopes: ["tasks:read"], session: UUID(), lifetime: .seconds(300), id: UUID())
    }

    @Test func `a key changed under load refuses nobody`() async throws {
        let (old, new) = (Self.seed(), Self.seed())
        let gateway = Gateway(try await Self.signer(old))
        let keys = TrustedKeys(pause: .milliseconds(5)) { try await gateway.fetch() }
        // Every token is new to the verifier, so that each is judged by its key.
        let verifier = TokenVerifier(keys: keys)
        let garbage = try await Self.token(try await Self.signer(Self.seed()))
        let steps = [
            try await Self.signer(old, new), try await Self.signer(new, old), try await Self.signer(new),
        ]
        let refused = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var refused = 0
                    for _ in 0..<60 {
                        // Before the key that signed it is withdrawn, a token has five minutes: take it at once.
                        let token = try await Self.token(gateway.signer)
                        do { _ = try await verifier.caller(of: token) } catch { refused += 1 }
                    }
                    return refused
                }
            }
            group.addTask {
                for _ in 0..<10 { _ = try? await verifier.caller(of: garbage) }
                return 0
            }
            for step in steps.dropLast() {
                for _ in 0..<200 { await Task.yield() }
                gateway.restart(with: step)
            }
            return try await group.reduce(0, +)
        }
        #expect(refused == 0)
        gateway.restart(with: steps[2])
        _ = try await verifier.caller(of: try await Self.token(gateway.signer))
    }

    @Test func `a new key put first at once refuses nobody either`() async throws {
        let (old, new) = (Self.seed(), Self.seed())
        let gateway = Gateway(try await Self.signer(old))
        let keys = TrustedKeys(pause: .milliseconds(20)) { try await gateway.fetch() }
        let verifier = TokenVerifier(keys: keys)
        let before = try await Self.token(gateway.signer)
        _ = try await verifier.caller(of: before)
        // A fetch that is under way with the old answer while the key changes.
        let garbage = try await Self.token(try await Self.signer(Self.seed()))
        async let nonsense: Caller? = try? verifier.caller(of: garbage)
        while gateway.fetches.withLock({ $0 }) < 2 { await Task.yield() }
        gateway.restart(with: try await Self.signer(new, old))
        let after = try await Self.token(gateway.signer)
        _ = try await verifier.caller(of: after)
        _ = try await TokenVerifier(keys: keys).caller(of: before)
        #expect(await nonsense == nil)
    }

    @Test func `a key that is withdrawn at the gateway is withdrawn everywhere`() async throws {
        let (old, new) = (Self.seed(), Self.seed())
        let stolen = try await Self.signer(old)
        let gateway = Gateway(stolen)
        let keys = TrustedKeys(pause: .milliseconds(1), longestAge: .zero) { try await gateway.fetch() }
        _ = try await TokenVerifier(keys: keys).caller(of: try await Self.token(stolen))
        gateway.restart(with: try await Self.signer(new))
        var accepted = true
        // Keys grow old at once here; the fetch goes on beside the requests that still succeed.
        let deadline = ContinuousClock.now + .seconds(60)
        while accepted, ContinuousClock.now < deadline {
            let token = try await Self.token(stolen)
            accepted = (try? await TokenVerifier(keys: keys).caller(of: token)) != nil
        }
        #expect(!accepted)
    }

    @Test func `the first of several keys signs and all are published`() async throws {
        let (one, other) = (Self.seed(), Self.seed())
        let both = try await Self.signer(one, other)
        #expect(both.keySet.keys.count == 2)
        #expect(both.keySet.keys.first == (try await Self.signer(one)).keySet.keys.first)
        let keys = TrustedKeys(fetch: nil)
        await keys.add(try await Self.signer(one).keySet, issuer: "gateway")
        _ = try await TokenVerifier(keys: keys).caller(of: try await Self.token(both))
        for text in ["", ",", "\(one),", "\(one),short"] {
            await #expect(throws: ConfigurationError.self) { _ = try await Self.signer(text) }
        }
    }

    @Test func `a token of a session that was ended is refused even when it was remembered`() async throws {
        let signer = try await Self.signer(Self.seed())
        let keys = TrustedKeys(fetch: nil)
        await keys.add(signer.keySet, issuer: "gateway")
        let ended = Mutex(false)
        let verifier = TokenVerifier(
            keys: keys,
            objection: { _ in if ended.withLock({ $0 }) { throw Problem.unauthorized("ended") } })
        let token = try await Self.token(signer)
        #expect(try await verifier.caller(of: token).sessionID != nil)
        ended.withLock { $0 = true }
        await #expect(throws: Problem.self) { try await verifier.caller(of: token) }
    }
}
