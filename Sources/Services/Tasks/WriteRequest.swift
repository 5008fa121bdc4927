import Crypto
import FoundationEssentials
import HTTPTypes
import ServiceKit

/// What comes with every write: who asks, under which condition, and how a repetition is recognised.
struct WriteRequest: Sendable {
    let caller: Caller
    var condition: IfMatch?
    var repetition: RepeatableRequest?
}

/// Who writes, and for whom.
struct Writer: Sendable {
    let userID: UUID
    let actor: Caller.Actor

    init(userID: UUID, actor: Caller.Actor) {
        self.userID = userID
        self.actor = actor
    }

    init(_ caller: Caller) {
        self.init(userID: caller.userID, actor: caller.actor)
    }
}

/// A request with an `Idempotency-Key`.
///
/// A key belongs to a user, a method and a path; the fingerprint of the body tells a repetition from a mistake.
struct RepeatableRequest: Sendable {
    let key: String
    let method: String
    let path: String
    let fingerprint: String

    /// Reads the key of a request; nil when it has none.
    ///
    /// - Throws: 400 when the key is not 1 to 255 visible ASCII characters.
    init?(headers: HTTPFields, method: String, path: String, body: [UInt8]) throws {
        guard let key = headers[.idempotencyKey] else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Problem(.badRequest, "Idempotency-Key must have 1 to 255 visible ASCII characters")
        }
        self.key = key
        self.method = method
        self.path = path
        fingerprint = SHA256.hash(data: body).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
    }
}
