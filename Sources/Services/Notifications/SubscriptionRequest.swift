import CurlHTTP
import FoundationEssentials
import TodoDomain

/// A place that a user asks to be told at, checked as far as that goes without asking it.
struct SubscriptionRequest: Decodable, Sendable {
    /// The place, by channel.
    enum Place: Sendable {
        case webhook(url: String)
        case email(address: String)
        case push(endpoint: String, key: String, secret: String)
    }

    let place: Place

    private enum Member: String, CodingKey {
        case channel, url, address, endpoint, keys
    }

    private enum KeyMember: String, CodingKey {
        case p256dh, auth
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        switch try members.decode(String.self, forKey: .channel) {
        case "webhook":
            try decoder.refuseUnknownFields(known: ["channel", "url"])
            place = .webhook(url: try members.decode(String.self, forKey: .url))
        case "email":
            try decoder.refuseUnknownFields(known: ["channel", "address"])
            place = .email(address: try members.decode(String.self, forKey: .address))
        case "push":
            // Browsers add a time at which the subscription ends, which their service will tell us anyway.
            try decoder.refuseUnknownFields(known: ["channel", "endpoint", "expirationTime", "keys"])
            let keys = try members.nestedContainer(keyedBy: KeyMember.self, forKey: .keys)
            place = .push(
                endpoint: try members.decode(String.self, forKey: .endpoint),
                key: try keys.decode(String.self, forKey: .p256dh),
                secret: try keys.decode(String.self, forKey: .auth))
        default: throw ValidationError("/channel", "must be webhook, email or push")
        }
    }

    init(_ place: Place) { self.place = place }

    /// Of the place in the table.
    var channel: NotificationChannel {
        switch place {
        case .webhook: .webhook
        case .email: .email
        case .push: .push
        }
    }

    /// Where it leads, and what places under way are counted by.
    ///
    /// - Throws: `ValidationError` that names the member.
    func checked(allowsPrivate: Bool) throws -> (destination: String, host: String) {
        switch place {
        case .webhook(let url):
            return (url, try Self.host(of: url, at: "/url", allowsPrivate: allowsPrivate))
        case .email(let address):
            guard MailMessage.isAddress(address) else {
                throw ValidationError("/address", "must be a mail address")
            }
            return (address, "mail")
        case .push(let endpoint, let key, let secret):
            guard let key = Base64URLText.decoded(key), let secret = Base64URLText.decoded(secret),
                (try? PushEncryption(key: key, secret: secret)) != nil
            else { throw ValidationError("/keys", "must be the keys of a push subscription") }
            return (
                endpoint, try Self.host(of: endpoint, at: "/endpoint", allowsPrivate: allowsPrivate)
            )
        }
    }

    /// A name can lead anywhere, and is looked at when the connection is made; numbers are what they are.
    private static func host(of url: String, at pointer: String, allowsPrivate: Bool) throws -> String {
        guard url.utf8.count <= 2000, let place = ServerPlace(url) else {
            throw ValidationError(pointer, "must be an absolute https URL without credentials")
        }
        guard place.isEncrypted || allowsPrivate else { throw ValidationError(pointer, "must be https") }
        let name = place.host
        let isInternal =
            name == "localhost" || name.hasSuffix(".localhost") || name.hasSuffix(".internal")
            || name.hasSuffix(".local") || NetworkAddress(name).map { !$0.isPublic } ?? false
        guard allowsPrivate || !isInternal else {
            throw ValidationError(pointer, "must be a server of the public internet")
        }
        // Without the port: a server that hangs does so on all of them.
        return name
    }
}
