import Crypto
import FoundationEssentials

/// Public Ed25519 keys as a JWK set (RFC 7517, RFC 8037).
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

    /// The id is the key's thumbprint (RFC 7638), so that it follows from the key.
    init(publicKey: Data) {
        x = base64URLEncoded(publicKey)
        let members = #"{"crv":"Ed25519","kty":"OKP","x":"\#(x)"}"#
        kid = base64URLEncoded(Data(SHA256.hash(data: Data(members.utf8))))
    }
}

/// Base64 with the alphabet for URLs and without padding (RFC 4648 §5).
func base64URLEncoded(_ data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

/// The bytes of a base64url text; nil when it is none.
func base64URLDecoded(_ text: some StringProtocol) -> Data? {
    let plain = String(text).replacing("-", with: "+").replacing("_", with: "/")
    return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
}
