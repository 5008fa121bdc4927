import Crypto
import CurlHTTP
import EventFlow
import FoundationEssentials
import Postgres

/// Posts messages as JSON, signed with the secret of the subscription.
struct WebhookSender: Sendable {
    let client: GuardedClient

    func send(_ message: OutgoingMessage, timeout: Duration, now: Date) async -> AttemptOutcome? {
        guard let body = try? WireJSON.encode(WebhookBody(message)), let secret = message.subscription.secret
        else { return .refused(reason: "unreadable") }
        let headers: HTTPHeaderList = [
            "Content-Type": "application/json", "User-Agent": "todo-notifications/1",
            "Todo-Message-Id": message.key, "Todo-Attempt": String(message.attempt),
            "Todo-Signature": WebhookSignature.header(of: body, secret: secret, at: now),
        ]
        return await client.post(
            message.subscription.destination, headers: headers, body: body, timeout: timeout, isPush: false,
            now: now)
    }
}

/// `t=<seconds since 1970>,v1=<hexadecimal HMAC-SHA256 of "<t>.<body>">`: the time is signed, so that a receiver can
/// turn away what was recorded and is played again.
enum WebhookSignature {
    static func header(of body: [UInt8], secret: String, at now: Date) -> String {
        let time = String(Int64(now.timeIntervalSince1970))
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(time).".utf8) + body, using: SymmetricKey(data: Data(secret.utf8)))
        let digits = Array("0123456789abcdef")
        let text = code.reduce(into: "") { text, byte in
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return "t=\(time),v1=\(text)"
    }
}

/// What receivers are sent: always a list, because much that is due at once comes together.
struct WebhookBody: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        let id: String
        let notificationID: String
        let template: String
        let title: String
        let text: String
        let values: [String: String]
        let taskID: String?
        let reminderID: String?
        let time: Date
    }

    let id: String
    let type = "todo.notifications.v1"
    let items: [Item]

    init(_ message: OutgoingMessage) {
        id = message.key
        items = message.items.map { item in
            let wording = Wording(template: item.template, values: item.values)
            return Item(
                id: item.eventID, notificationID: item.notificationID.lowercased, template: item.template,
                title: wording.title, text: wording.text, values: item.values,
                taskID: item.taskID?.lowercased, reminderID: item.reminderID?.lowercased,
                time: item.createdAt)
        }
    }
}
