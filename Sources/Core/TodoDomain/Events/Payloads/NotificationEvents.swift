public import FoundationEssentials

/// How something can reach a user.
public enum NotificationChannel: String, Sendable, Codable, CaseIterable {
    case page, email, webhook, push
}

/// What `todo.notification.requested.v1` carries.
///
/// Secrets never travel in it: a mail that must hold a link with a token names the act, and whoever sends the mail
/// asks its owner for the link.
public struct NotificationRequested: EventPayload {
    /// What is told.
    public enum Template: String, Sendable, Codable, CaseIterable {
        case reminder
        case accountMail = "account_mail"
        /// What somebody sends himself to see whether it arrives.
        case test
    }

    /// Of the notification: a receiver that saw it ignores it.
    public var notificationID: EntityID
    /// What is told.
    public var template: OpenWord<Template>
    /// Nil for what the user chose.
    public var channels: [OpenWord<NotificationChannel>]?
    /// The task it is about.
    public var taskID: EntityID?
    /// The reminder that it comes from.
    public var reminderID: EntityID?
    /// What the template is filled with, such as the title of the task.
    public var values: [String: String]
    /// After this it is of no use any more.
    public var expiresAt: Date?

    /// Asks for a notification.
    public init(
        notificationID: EntityID, template: Template, channels: [NotificationChannel]? = nil,
        taskID: EntityID? = nil, reminderID: EntityID? = nil, values: [String: String], expiresAt: Date? = nil
    ) {
        self.notificationID = notificationID
        self.template = OpenWord(template)
        self.channels = channels.map { $0.map(OpenWord.init) }
        self.taskID = taskID
        self.reminderID = reminderID
        self.values = values
        self.expiresAt = expiresAt
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "NotificationRequested", "Something a user is to be told.",
        [
            .required("notificationID", .uuid, "the notification"),
            .required("template", .open(Template.self), "what is told"),
            .optional(
                "channels", .set(of: .open(NotificationChannel.self), 1...16), "absent: what the user chose"),
            .optional("taskID", .uuid, "the task it is about"),
            .optional("reminderID", .uuid, "the reminder it comes from"),
            .required("values", .map(.free(0...16_384), count: 0...32), "fill the template; never secrets"),
            .optional("expiresAt", .instant, "after this it is of no use"),
        ])
}

/// What `todo.notification.delivered.v1` carries.
public struct NotificationDelivered: EventPayload {
    /// The notification.
    public var notificationID: EntityID
    /// How it reached the user.
    public var channel: OpenWord<NotificationChannel>
    /// How often it was tried on this channel.
    public var attempts: Int

    /// It reached the user, or the last system that would tell us.
    public init(notificationID: EntityID, channel: NotificationChannel, attempts: Int) {
        self.notificationID = notificationID
        self.channel = OpenWord(channel)
        self.attempts = attempts
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "NotificationDelivered", "A notification reached its user on one channel.",
        [
            .required("notificationID", .uuid, "the notification"),
            .required("channel", .open(NotificationChannel.self), "how"),
            .required("attempts", .integer(1...1_000_000), "on this channel"),
        ])
}

/// What `todo.notification.failed.v1` carries.
public struct NotificationFailed: EventPayload {
    /// Why it did not reach the user.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        case noAddress = "no_address"
        case refused
        case unreachable
        case expired
    }

    /// The notification.
    public var notificationID: EntityID
    /// Where it was tried.
    public var channel: OpenWord<NotificationChannel>
    /// Why it failed.
    public var reason: OpenWord<Reason>
    /// How often it was tried on this channel, for good.
    public var attempts: Int

    /// It did not reach the user on a channel, and will not be tried again there.
    public init(
        notificationID: EntityID, channel: NotificationChannel, reason: Reason, attempts: Int
    ) {
        self.notificationID = notificationID
        self.channel = OpenWord(channel)
        self.reason = OpenWord(reason)
        self.attempts = attempts
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "NotificationFailed", "A notification did not reach its user on one channel, for good.",
        [
            .required("notificationID", .uuid, "the notification"),
            .required("channel", .open(NotificationChannel.self), "where it was tried"),
            .required("reason", .open(Reason.self), "why"),
            .required("attempts", .integer(0...1_000_000), "on this channel"),
        ])
}
