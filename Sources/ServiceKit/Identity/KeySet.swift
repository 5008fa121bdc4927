import Crypto
public import FoundationEssentials

/// Public Ed25519 keys as a JWK set (RFC 7517, RFC 8037).
///
/// In the set of services (`TODO_SERVICE_KEYS`) `kid` is the app-id, and one app may have several keys while it changes
/// them.
public struct KeySet: Sendable, Codable {
    public var keys: [PublishedKey]
}

/// One public key.
public struct PublishedKey: Sendable, Codable, Hashable {
    public var kty = "OKP"
    public var crv = "Ed25519"
    public var use = "sig"
    public var alg = "EdDSA"
    public var kid: String
    /// The key's 32 bytes in base64url.
    public var x: String

    /// The id is the key's thumbprint, so that it follows from the key.
    init(publicKey: Data) {
        x = base64URLEncoded(publicKey)
        kid = Self.thumbprint(ofKey: x)
    }

    /// RFC 7638; what tokens name the key by, whatever `kid` a list of keys gives it.
    var thumbprint: String { Self.thumbprint(ofKey: x) }

    private static func thumbprint(ofKey x: String) -> String {
        let members = #"{"crv":"Ed25519","kty":"OKP","x":"\#(x)"}"#
        return base64URLEncoded(Data(SHA256.hash(data: Data(members.utf8))))
    }
}

/// Base64 with the alphabet for URLs and without padding (RFC 4648 §5).
public func base64URLEncoded(_ data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

/// Whether a text is what `base64URLEncoded` would write for its bytes.
func isBase64URL(_ text: some StringProtocol) -> Bool {
    base64URLDecoded(text).map { base64URLEncoded($0) == text } ?? false
}

/// The bytes of a base64url text; nil when it is none.
public func base64URLDecoded(_ text: some StringProtocol) -> Data? {
    let plain = String(text).replacing("-", with: "+").replacing("_", with: "/")
    return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
}
