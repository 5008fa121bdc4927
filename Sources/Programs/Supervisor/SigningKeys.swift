import Crypto
import FoundationEssentials

/// The keys one app signs with, as `secrets.json` keeps them: the first signs, the others are still accepted.
///
/// Beside the keys stands when each began to sign, so that it is known since when the one behind it has not: once
/// every token of a key has expired it is left out at the app's next start.
struct SigningKeys: Sendable, Equatable {
    struct Key: Sendable, Equatable {
        let seed: String
        /// Seconds since 1970.
        let signsSince: Int64
    }

    /// Tokens live five minutes at most (`TODO_ACCESS_TOKEN_LIFETIME`); the rest is for clocks that disagree.
    static let acceptance: Int64 = 600

    private(set) var keys: [Key]

    static func entry(of app: String) -> String { "signing-key.\(app)" }

    private static func datesEntry(of app: String) -> String { "signing-key-dates.\(app)" }

    static func newSeed() -> String {
        Base64URL.encode([UInt8](Curve25519.Signing.PrivateKey().rawRepresentation))
    }

    /// Nil when the app has no key. A date that is not there is that of a key that always signed.
    init?(of app: String, in file: SecretsFile) {
        guard let list = file.entries[Self.entry(of: app)], !list.isEmpty else { return nil }
        let dates = (file.entries[Self.datesEntry(of: app)] ?? "").split(
            separator: ",", omittingEmptySubsequences: false)
        keys = list.split(separator: ",").enumerated().map { index, seed in
            Key(
                seed: String(seed),
                signsSince: index < dates.count ? Int64(dates[index]) ?? 0 : 0)
        }
    }

    /// The key that signs and those before it whose tokens may still live.
    ///
    /// - Parameter replacedAt: when the first key stopped signing; nil while it signs.
    func accepted(at now: Int64, replacedAt: Int64? = nil) -> [Key] {
        var accepted: [Key] = []
        var successorSince = replacedAt
        for key in keys {
            if successorSince.map({ now - $0 < Self.acceptance }) ?? true { accepted.append(key) }
            successorSince = key.signsSince
        }
        return accepted
    }

    /// Puts a new key first; how many of the others are left.
    ///
    /// - Parameter withdrawingOld: leaves out all others at once: for a key that was stolen.
    mutating func rotate(to seed: String, at now: Int64, withdrawingOld: Bool) -> Int {
        let kept = withdrawingOld ? [] : accepted(at: now, replacedAt: now)
        keys = [Key(seed: seed, signsSince: now)] + kept
        return kept.count
    }

    /// The value of the app's setting now.
    static func setting(of app: String, in path: String) -> String? {
        guard let file = try? SecretsFile.load(path), let keys = SigningKeys(of: app, in: file) else {
            return nil
        }
        let now = Int64(Date().timeIntervalSince1970)
        return keys.accepted(at: now).map(\.seed).joined(separator: ",")
    }

    func store(for app: String, in file: inout SecretsFile) {
        file.replace(Self.entry(of: app), by: keys.map(\.seed).joined(separator: ","))
        file.replace(Self.datesEntry(of: app), by: keys.map { String($0.signsSince) }.joined(separator: ","))
    }
}
