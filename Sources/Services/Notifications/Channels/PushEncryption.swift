import Crypto
import FoundationEssentials

/// Encrypts for one browser (RFC 8291, in the coding `aes128gcm` of RFC 8188, one record).
struct PushEncryption: Sendable {
    /// What one record of 4096 bytes has room for; push services need not take more.
    static let longestText = 3993

    /// The browser's public key and secret are not what they should be.
    struct BadKeys: Error {}

    private let receiver: P256.KeyAgreement.PublicKey
    private let secret: [UInt8]

    init(key: [UInt8], secret: [UInt8]) throws(BadKeys) {
        guard key.count == 65, secret.count == 16,
            let receiver = try? P256.KeyAgreement.PublicKey(x963Representation: key)
        else { throw BadKeys() }
        self.receiver = receiver
        self.secret = secret
    }

    /// The body to send. Key and salt are new for each message; a test gives its own.
    func encrypt(
        _ text: [UInt8], key: P256.KeyAgreement.PrivateKey = P256.KeyAgreement.PrivateKey(), salt: [UInt8]
    ) throws -> [UInt8] {
        let sender = [UInt8](key.publicKey.x963Representation)
        let shared = try key.sharedSecretFromKeyAgreement(with: receiver)
        let info = Array("WebPush: info".utf8) + [0] + [UInt8](receiver.x963Representation) + sender
        let material = shared.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: secret, sharedInfo: info, outputByteCount: 32)
        func derived(_ name: String, _ count: Int) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: material, salt: salt,
                info: Array("Content-Encoding: \(name)".utf8) + [0], outputByteCount: count)
        }
        let nonce = try derived("nonce", 12).withUnsafeBytes { try AES.GCM.Nonce(data: Array($0)) }
        // 2 ends the last record.
        let box = try AES.GCM.seal(text + [2], using: derived("aes128gcm", 16), nonce: nonce)
        return salt + [0, 0, 0x10, 0, UInt8(sender.count)] + sender + [UInt8](box.ciphertext)
            + [UInt8](box.tag)
    }
}
