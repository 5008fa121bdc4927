import Crypto
import FoundationEssentials
import ServiceKit

/// What a browser keeps to stay signed in: which family of tokens it is of, and a secret of 256 random bits.
///
/// Only the secret's digest is stored, and only that of the newest token. A token with a known family and another
/// secret is therefore an older one of the same family: used once already, and now in two hands.
struct RefreshToken: Sendable, Equatable, CustomStringConvertible {
    private static let secretBytes = 32

    let family: UUID
    private let secret: [UInt8]

    /// A fresh token of a family, or of a family of its own.
    init(family: UUID = UUID(), random: @Sendable () -> UInt8 = { UInt8.random(in: .min ... .max) }) {
        self.family = family
        secret = (0..<Self.secretBytes).map { _ in random() }
    }

    /// Reads what a cookie holds; nil when it is no refresh token.
    init?(text: String) {
        guard text.utf8.count == 64, let bytes = base64URLDecoded(text), bytes.count == 16 + Self.secretBytes
        else { return nil }
        family = bytes.prefix(16).withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
        secret = Array(bytes.dropFirst(16))
    }

    /// What the cookie holds.
    var text: String {
        base64URLEncoded(withUnsafeBytes(of: family.uuid) { Data($0) } + Data(secret))
    }

    /// What the database holds.
    var digest: [UInt8] { Array(SHA256.hash(data: secret)) }

    /// Says nothing: descriptions end up in logs.
    var description: String { "RefreshToken" }
}
