import Crypto
import EventFlow
import FoundationEssentials
import JWTKit

/// The keys that tokens may be signed with, and whose they are.
///
/// Keys of services are given at start. The gateway's are fetched from it, again when a token names a key that is not
/// known, and now and then, so that a key that was withdrawn there is soon withdrawn here. Between two fetches there
/// is a pause: garbage must not become requests. A token that comes in the pause waits for its end instead of being
/// refused, for it may be signed with a key that is seconds old.
actor TrustedKeys {
    /// Fetches the gateway's key set.
    typealias Fetch = @Sendable () async throws -> KeySet

    private struct Key {
        let issuer: String
        let verifying: JWTKeyCollection
    }

    private let fetch: Fetch?
    private let fetchedIssuer: String
    private let pause: Duration
    private let longestAge: Duration
    private var given: [String: Key] = [:]
    private var fetched: [String: Key] = [:]
    private var refresh: Task<Void, any Error>?
    private var lastTry: ContinuousClock.Instant?
    private var lastSuccess: ContinuousClock.Instant?

    /// - Parameters:
    ///   - pause: the least time between two fetches.
    ///   - longestAge: how old the fetched keys may grow before they are fetched again, in passing.
    init(
        fetchedIssuer: String = "gateway", pause: Duration = .seconds(1),
        longestAge: Duration = .seconds(240),
        fetch: Fetch?
    ) {
        self.fetchedIssuer = fetchedIssuer
        self.pause = pause
        self.longestAge = longestAge
        self.fetch = fetch
    }

    /// Adds keys that each belong to the issuer their id names. The gateway speaks for its keys itself.
    func add(services: KeySet) async {
        for key in services.keys where key.kid != fetchedIssuer {
            given[key.thumbprint] = await Self.trusted(key, issuer: key.kid)
        }
    }

    /// Adds the keys of one issuer.
    func add(_ set: KeySet, issuer: String) async {
        for key in set.keys { given[key.thumbprint] = await Self.trusted(key, issuer: issuer) }
    }

    /// Verifies signature, expiry and audience, and that the key belongs to the issuer.
    func claims(of token: String, keyID: String) async throws -> AccessClaims {
        guard let key = try await key(keyID) else { throw TokenError.invalid }
        let claims: AccessClaims
        do {
            claims = try await key.verifying.verify(token, as: AccessClaims.self)
        } catch {
            throw TokenError.invalid
        }
        guard claims.iss == key.issuer else { throw TokenError.invalid }
        return claims
    }

    private func key(_ id: String) async throws -> Key? {
        if let key = given[id] { return key }
        if let key = fetched[id] {
            if let lastSuccess, ContinuousClock.now - lastSuccess > longestAge { _ = startRefresh() }
            return key
        }
        // A fetch that was under way may have been answered before the key was there: then one more.
        let (current, isOwn) = startRefresh()
        try await current?.value
        if fetched[id] == nil, !isOwn { try await startRefresh().task?.value }
        return fetched[id]
    }

    /// The fetch under way, or a new one, which waits until the pause after the last one is over.
    private func startRefresh() -> (task: Task<Void, any Error>?, isOwn: Bool) {
        guard let fetch else { return (nil, true) }
        if let refresh { return (refresh, false) }
        let earliest = lastTry.map { $0 + pause }
        let task = Task {
            defer { refresh = nil }
            if let earliest { try? await Task.sleep(until: earliest, clock: .continuous) }
            lastTry = .now
            do {
                await replaceFetched(by: try await fetch())
                lastSuccess = .now
            } catch {
                throw TokenError.keysUnavailable
            }
        }
        refresh = task
        return (task, true)
    }

    private func replaceFetched(by set: KeySet) async {
        var keys: [String: Key] = [:]
        for key in set.keys { keys[key.thumbprint] = await Self.trusted(key, issuer: fetchedIssuer) }
        fetched = keys
    }

    private static func trusted(_ key: PublishedKey, issuer: String) async -> Key? {
        guard key.kty == "OKP", key.crv == "Ed25519",
            let verifying = try? EdDSA.PublicKey(x: key.x, curve: .ed25519)
        else { return nil }
        let id = JWKIdentifier(string: key.thumbprint)
        return Key(issuer: issuer, verifying: await JWTKeyCollection().add(eddsa: verifying, kid: id))
    }
}
