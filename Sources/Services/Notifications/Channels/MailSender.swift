import CurlHTTP
import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit

/// Sends messages as mails through the one mail server of the settings.
struct MailSender: Sendable {
    private let client: SMTPClient
    private let sender: String
    private let senderName: String

    /// Nil where no mail server is named.
    init?(_ settings: Settings) throws {
        guard let url = settings.given(NotificationKeys.smtpURL) else { return nil }
        sender = try settings.string(NotificationKeys.mailSender)
        senderName = try settings.string(NotificationKeys.mailSenderName)
        guard MailMessage.isAddress(sender) else {
            throw ConfigurationError.malformed(NotificationKeys.mailSender, wanted: "a mail address")
        }
        var configuration = SMTPConfiguration(url: url)
        configuration.requiresTLS = try !settings.boolean(NotificationKeys.smtpPlain)
        if let user = settings.given(NotificationKeys.smtpUser) {
            configuration.login = .init(
                user: user, password: try settings.string(NotificationKeys.smtpPassword))
        }
        do {
            client = try SMTPClient(configuration)
        } catch {
            throw ConfigurationError.malformed(
                NotificationKeys.smtpURL, wanted: "smtp://host:port or smtps://host:port")
        }
    }

    func send(_ message: OutgoingMessage, now: Date) async -> AttemptOutcome? {
        let wording = Wording(message.items)
        var mail = MailMessage(
            from: sender, named: senderName, to: message.subscription.destination, subject: wording.title,
            text: wording.text, html: wording.html, identifier: message.id.lowercased,
            date: RetryAfter.mailDate(message.createdAt))
        mail.headers = [(name: "Auto-Submitted", value: "auto-generated")]
        do {
            try await client.send(mail)
            return .delivered(status: nil)
        } catch {
            switch error {
            case .cancelled, .closed: return nil
            case .invalidHeader: return .refused(reason: "bad_address")
            // From 500 on the server will never take it; between are full boxes and greylists (RFC 5321 §4.2.1).
            case .replied(let code) where code >= 500 && ![530, 534, 535, 538].contains(code):
                return .refused(reason: error.reasonCode, status: code)
            case .replied(let code): return .retry(reason: error.reasonCode, status: code)
            default: return .retry(reason: error.reasonCode)
            }
        }
    }

    func close() async { await client.close() }
}
