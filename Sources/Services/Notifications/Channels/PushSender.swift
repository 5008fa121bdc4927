import Crypto
import CurlHTTP
import EventFlow
import FoundationEssentials
import JWTKit
import Postgres
import ServiceKit

/// Sends messages to browsers by their push services (RFC 8030), identified by VAPID (RFC 8292).
struct PushSender: Sendable {
    /// What browsers subscribe with, in base64url.
    let publicKey: String
    private let client: GuardedClient
    private let keys: JWTKeyCollection
    private let subject: String
    private static let day = 86_400

    /// Nil where no key is set.
    init?(_ settings: Settings, client: GuardedClient) async throws {
        guard let text = settings.given(NotificationKeys.vapidKey) else { return nil }
        guard let bytes = Base64URLText.decoded(text),
            let key = try? P256.Signing.PrivateKey(rawRepresentation: bytes)
        else {
            throw ConfigurationError.malformed(
                NotificationKeys.vapidKey, wanted: "a P-256 key of 32 bytes in base64url")
        }
        subject = try settings.string(NotificationKeys.vapidSubject)
        guard subject.hasPrefix("mailto:") || subject.hasPrefix("https://") else {
            throw ConfigurationError.malformed(
                NotificationKeys.vapidSubject, wanted: "a mailto: or https: address")
        }
        publicKey = base64URLEncoded(key.publicKey.x963Representation)
        keys = try await JWTKeyCollection().add(ecdsa: ES256PrivateKey(backing: key))
        self.client = client
    }

    func send(_ message: OutgoingMessage, timeout: Duration, now: Date) async -> AttemptOutcome? {
        let place = message.subscription
        guard let key = place.pushKey.flatMap(Base64URLText.decoded),
            let secret = place.pushSecret.flatMap(Base64URLText.decoded),
            let encryption = try? PushEncryption(key: key, secret: secret),
            let text = try? PushBody.fitting(message),
            let body = try? encryption.encrypt(text, salt: Self.salt()),
            let authorization = try? await authorization(for: place.destination, now: now)
        else { return .refused(reason: "bad_keys") }
        let headers: HTTPHeaderList = [
            "Authorization": authorization, "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream", "TTL": String(lifetime(of: message, now: now)),
            "Urgency": "high", "Topic": topic(of: message),
        ]
        return await client.post(
            place.destination, headers: headers, body: body, timeout: timeout, isPush: true, now: now)
    }

    /// A message that is still with the push service is replaced by its repetition.
    private func topic(of message: OutgoingMessage) -> String {
        base64URLEncoded(Data(SHA256.hash(data: Data(message.key.utf8)).prefix(24)))
    }

    private func lifetime(of message: OutgoingMessage, now: Date) -> Int {
        guard let end = message.items.compactMap(\.expiresAt).max() else { return Self.day }
        return min(Self.day, max(0, Int(end.timeIntervalSince(now))))
    }

    private func authorization(for endpoint: String, now: Date) async throws -> String {
        let scheme = endpoint.prefix { $0 != ":" }
        let authority = endpoint.dropFirst(scheme.count + 3).prefix { !"/?#".contains($0) }
        let claims = VAPIDClaims(
            aud: "\(scheme)://\(authority)", exp: Int(now.timeIntervalSince1970) + Self.day / 2,
            sub: subject)
        return "vapid t=\(try await keys.sign(claims)), k=\(publicKey)"
    }

    private static func salt() -> [UInt8] {
        SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
    }
}

private struct VAPIDClaims: JWTPayload {
    let aud: String
    let exp: Int
    let sub: String

    /// Only ever signed here.
    func verify(using algorithm: some JWTAlgorithm) async throws {}
}

/// What the page's service worker is given.
struct PushBody: Encodable, Sendable {
    let id: String
    let title: String
    let text: String
    let taskID: String?
    let count: Int

    /// As JSON, the text cut where it would not fit.
    static func fitting(_ message: OutgoingMessage) throws -> [UInt8] {
        let wording = Wording(message.items)
        let only = message.items.count == 1 ? message.items.first : nil
        var room = 2000
        while true {
            let json = try WireJSON.encode(
                PushBody(
                    id: message.key, title: String(wording.title.prefix(min(200, room))),
                    text: String(wording.text.prefix(room)), taskID: only?.taskID?.lowercased,
                    count: message.items.count))
            if json.count <= PushEncryption.longestText || room == 0 { return json }
            room /= 2
        }
    }
}

/// Base64url without padding, as keys of browsers are written; padding is forgiven.
enum Base64URLText {
    static func decoded(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 200 else { return nil }
        return base64URLDecoded(text.filter { $0 != "=" }).map { Array($0) }
    }
}
