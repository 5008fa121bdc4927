import Crypto
import EventFlow
import FoundationEssentials
import JWTKit

/// The keys that tokens may be signed with, and whose they are.
///
/// Keys of services are given at start. The gateway's are fetched from it and fetched again when a token names a
/// key that is not known, but not more often than every few seconds: garbage must not become requests.
actor TrustedKeys {
    /// Fetches the gateway's key set.
    typealias Fetch = @Sendable () async throws -> KeySet

    private struct Key {
        let issuer: String
        let verifying: JWTKeyCollection
    }

    private let fetch: Fetch?
    private let fetchedIssuer: String
    private let minimumPause: Duration
    private var keys: [String: Key] = [:]
    private var refresh: Task<Void, any Error>?
    private var lastRefresh: ContinuousClock.Instant?

    init(fetchedIssuer: String = "gateway", minimumPause: Duration = .seconds(2), fetch: Fetch?) {
        self.fetchedIssuer = fetchedIssuer
        self.minimumPause = minimumPause
        self.fetch = fetch
    }

    /// Adds keys that each belong to the issuer their id names.
    func add(services: KeySet) async {
        for key in services.keys { await add(key, issuer: key.kid) }
    }

    /// Adds the keys of one issuer.
    func add(_ set: KeySet, issuer: String) async {
        for key in set.keys { await add(key, issuer: issuer) }
    }

    private func add(_ key: PublishedKey, issuer: String) async {
        guard key.kty == "OKP", key.crv == "Ed25519",
            let verifying = try? EdDSA.PublicKey(x: key.x, curve: .ed25519)
        else { return }
        let collection = await JWTKeyCollection().add(eddsa: verifying, kid: JWKIdentifier(string: key.kid))
        keys[key.kid] = Key(issuer: issuer, verifying: collection)
    }

    /// Verifies signature, expiry and audience, and that the key belongs to the issuer.
    func claims(of token: String, keyID: String) async throws -> AccessClaims {
        if keys[keyID] == nil { try await refreshKeys() }
        guard let key = keys[keyID] else { throw TokenError.invalid }
        let claims: AccessClaims
        do {
            claims = try await key.verifying.verify(token, as: AccessClaims.self)
        } catch {
            throw TokenError.invalid
        }
        guard claims.iss == key.issuer else { throw TokenError.invalid }
        return claims
    }

    private func refreshKeys() async throws {
        guard let fetch else { return }
        if let refresh { return try await refresh.value }
        if let lastRefresh, ContinuousClock.now - lastRefresh < minimumPause { return }
        let issuer = fetchedIssuer
        let task = Task {
            let set: KeySet
            do { set = try await fetch() } catch { throw TokenError.keysUnavailable }
            await self.add(set, issuer: issuer)
            self.lastRefresh = .now
        }
        refresh = task
        defer { refresh = nil }
        try await task.value
    }
}
