import Crypto
import FoundationEssentials
import JWTKit
import Synchronization

/// Turns a bearer token into a caller; what was verified once is remembered until the token expires.
public final class TokenVerifier: Sendable {
    private struct Remembered {
        let caller: Caller
        let expiry: Date
    }

    /// Refuses callers whose tokens are good but withdrawn; throws the answer.
    public typealias Objection = @Sendable (Caller) throws -> Void

    private let keys: TrustedKeys
    private let trust: [String: IssuerTrust]
    private let objection: Objection?
    private let now: @Sendable () -> Date
    private let capacity: Int
    private let remembered = Mutex<[SHA256Digest: Remembered]>([:])

    init(
        keys: TrustedKeys, trust: [String: IssuerTrust] = IssuerTrust.ofPlatform,
        objection: Objection? = nil, capacity: Int = 10_000, now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.keys = keys
        self.trust = trust
        self.objection = objection
        self.capacity = capacity
        self.now = now
    }

    /// The caller that a token stands for.
    ///
    /// - Throws: 401 when the token is not acceptable, 503 when the keys to judge it cannot be had now.
    public func caller(of token: String) async throws -> Caller {
        let caller = try await signedCaller(of: token)
        try objection?(caller)
        return caller
    }

    private func signedCaller(of token: String) async throws -> Caller {
        let digest = SHA256.hash(data: Data(token.utf8))
        let now = now()
        if let known = remembered.withLock({ $0[digest] }), known.expiry > now { return known.caller }
        do {
            guard let keyID = Self.keyID(of: token) else { throw TokenError.invalid }
            let claims = try await keys.claims(of: token, keyID: keyID)
            guard let trust = trust[claims.iss] else { throw TokenError.invalid }
            let caller = try claims.caller(within: trust)
            remember(digest, Remembered(caller: caller, expiry: claims.exp.value), now: now)
            return caller
        } catch TokenError.keysUnavailable {
            throw Problem.unavailable("the keys that tokens are signed with cannot be fetched now")
        } catch {
            throw Problem.unauthorized("the token is not valid or has expired", error: "invalid_token")
        }
    }

    /// Whether a token is answered from memory now.
    func remembers(_ token: String) -> Bool {
        let now = now()
        return remembered.withLock { $0[SHA256.hash(data: Data(token.utf8))] }.map { $0.expiry > now }
            ?? false
    }

    private func remember(_ digest: SHA256Digest, _ entry: Remembered, now: Date) {
        remembered.withLock { entries in
            if entries.count >= capacity { entries = entries.filter { $0.value.expiry > now } }
            if entries.count >= capacity { entries.removeAll() }
            entries[digest] = entry
        }
    }

    /// The header's key id; nil unless the header says EdDSA, so that no other algorithm is ever tried.
    private static func keyID(of token: String) -> String? {
        struct Header: Decodable {
            let alg: String
            let kid: String
        }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        // One spelling a token: base64 lets unused bits differ, and each spelling would be remembered by itself.
        guard parts.count == 3, token.utf8.count <= 8192, parts.allSatisfy(isBase64URL), let json = base64URLDecoded(parts[0]),
            let header = try? JSONDecoder().decode(Header.self, from: json), header.alg == "EdDSA"
        else { return nil }
        return header.kid
    }
}
