import FoundationEssentials
import ServiceKit

/// The settings of `notifications` alone.
enum NotificationKeys {
    static let privateAddresses = ConfigurationKey(
        "TODO_NOTIFICATIONS_PRIVATE_ADDRESSES", .boolean, default: "false",
        "whether webhooks and pushes may go to loopback, private and link-local addresses, and without TLS")
    static let giveUpAfter = ConfigurationKey(
        "TODO_NOTIFICATIONS_GIVE_UP_AFTER", .milliseconds, default: "86400000",
        "how long a message is tried before it is dead")
    static let firstPause = ConfigurationKey(
        "TODO_NOTIFICATIONS_FIRST_PAUSE", .milliseconds, default: "5000",
        "pause after the first failed attempt; it doubles with each")
    static let longestPause = ConfigurationKey(
        "TODO_NOTIFICATIONS_LONGEST_PAUSE", .milliseconds, default: "3600000",
        "no pause of ours is longer; one that the receiver asks for may be")
    static let timeout = ConfigurationKey(
        "TODO_NOTIFICATIONS_TIMEOUT", .milliseconds, default: "10000", "longest attempt on one message")
    static let concurrency = ConfigurationKey(
        "TODO_NOTIFICATIONS_CONCURRENCY", .integer, default: "64", "messages under way at a time")
    static let perDestination = ConfigurationKey(
        "TODO_NOTIFICATIONS_PER_DESTINATION", .integer, default: "4",
        "of which to one host; what hangs keeps no more places")
    static let perUser = ConfigurationKey(
        "TODO_NOTIFICATIONS_PER_USER", .integer, default: "8",
        "of which for one user; hosts of one's own that hang keep no more places together")
    static let logRetention = ConfigurationKey(
        "TODO_NOTIFICATIONS_LOG_DAYS", .integer, default: "30", "how long the delivery log reaches back")
    static let smtpURL = ConfigurationKey(
        "TODO_SMTP_URL", .url,
        "mail server as smtp://host:587 (STARTTLS) or smtps://host:465; no e-mail without")
    static let smtpPlain = ConfigurationKey(
        "TODO_SMTP_PLAIN", .boolean, default: "false",
        "whether mails may go without TLS: for a server on this machine")
    static let smtpUser = ConfigurationKey(
        "TODO_SMTP_USER", .string, "name at the mail server")
    static let smtpPassword = ConfigurationKey(
        "TODO_SMTP_PASSWORD", secret: true, "password at the mail server")
    static let mailSender = ConfigurationKey(
        "TODO_MAIL_SENDER", default: "todo@localhost", "address that mails come from")
    static let mailSenderName = ConfigurationKey("TODO_MAIL_SENDER_NAME", default: "Todo", "its name")
    static let vapidKey = ConfigurationKey(
        "TODO_VAPID_KEY", secret: true,
        "private P-256 key for web push, 32 bytes in base64url; no web push without")
    static let vapidSubject = ConfigurationKey(
        "TODO_VAPID_SUBJECT", default: "mailto:todo@localhost",
        "whom push services may turn to, as mailto: or https:")

    static let all = [
        privateAddresses, giveUpAfter, firstPause, longestPause, timeout, concurrency, perDestination,
        perUser, logRetention, smtpURL, smtpPlain, smtpUser, smtpPassword, mailSender, mailSenderName,
        vapidKey,
        vapidSubject,
    ]
}

/// How much the worker does at once, and how long it goes on trying.
struct DeliveryLimits: Sendable {
    var giveUpAfter: TimeInterval = 86_400
    var firstPause: TimeInterval = 5
    var longestPause: TimeInterval = 3600
    var timeout: Duration = .seconds(10)
    var concurrency = 64
    var perDestination = 4
    var perUser = 8

    init() {}

    init(_ settings: Settings) throws {
        func seconds(_ key: ConfigurationKey) throws -> TimeInterval {
            Double(try settings.integer(key, in: 1...2_000_000_000)) / 1000
        }
        giveUpAfter = try seconds(NotificationKeys.giveUpAfter)
        firstPause = try seconds(NotificationKeys.firstPause)
        longestPause = try seconds(NotificationKeys.longestPause)
        timeout = .milliseconds(try settings.integer(NotificationKeys.timeout, in: 100...60_000))
        concurrency = try settings.integer(NotificationKeys.concurrency, in: 1...1000)
        perDestination = try settings.integer(NotificationKeys.perDestination, in: 1...1000)
        perUser = try settings.integer(NotificationKeys.perUser, in: 1...1000)
    }

    /// How long a claim holds that nobody renews; a worker renews its own several times within it, so that what a dead
    /// process held is soon sent by another.
    var lease: TimeInterval = 15
}
