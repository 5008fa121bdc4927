/// What `todo.user.created.v1` carries. No address and no name: those stay with the gateway.
public struct UserCreated: EventPayload {
    /// A UUID in lower case, the same as the event's subject.
    public var userID: String

    /// Names the new user.
    public init(userID: String) {
        self.userID = userID
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "UserCreated", "An account was opened.", [.required("userID", .uuid, "the new user")])
}

/// What `todo.user.deleted.v1` carries: whoever holds data of the user deletes it.
public struct UserDeleted: EventPayload {
    /// The user who is gone.
    public var userID: EntityID

    /// Names the user.
    public init(userID: EntityID) {
        self.userID = userID
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "UserDeleted", "An account was closed; everything of the user goes.",
        [.required("userID", .uuid, "the user who is gone")])
}

/// What `todo.user.settings_changed.v1` carries: all settings that other services need, not only the changed ones.
public struct UserSettingsChanged: EventPayload {
    /// Whose they are.
    public var userID: EntityID
    /// As they are from now on.
    public var settings: UserSettings

    /// Settings after a change.
    public init(userID: EntityID, settings: UserSettings) {
        self.userID = userID
        self.settings = settings
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "UserSettingsChanged", "The settings of a user after a change.",
        [
            .required("userID", .uuid, "whose they are"),
            .required("settings", .object(UserSettings.schema), "all of them, changed or not"),
        ])
}

/// What services must know of a user in order to act at the right time.
public struct UserSettings: Sendable, Hashable, Codable {
    /// The days a week may begin with.
    public enum Weekday: String, Sendable, Codable, CaseIterable {
        case monday, tuesday, wednesday, thursday, friday, saturday, sunday
    }

    /// A time of each day when nobody is to be disturbed; it may span midnight.
    public struct QuietHours: Sendable, Hashable, Codable {
        /// `22:00`, inclusive.
        public var from: String
        /// `07:00`, exclusive.
        public var to: String

        /// Quiet from one time to the other.
        public init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }

    /// An IANA name.
    public var timeZone: String
    /// For weeks in rules and on the page.
    public var weekStart: Weekday
    /// `09:00`: when reminders of tasks that are due on a date fire.
    public var defaultReminderTime: String
    /// Nil for none.
    public var quietHours: QuietHours?

    /// All of them.
    public init(
        timeZone: String, weekStart: Weekday, defaultReminderTime: String, quietHours: QuietHours? = nil
    ) {
        self.timeZone = timeZone
        self.weekStart = weekStart
        self.defaultReminderTime = defaultReminderTime
        self.quietHours = quietHours
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "UserSettings", "What services must know of a user in order to act at the right time.",
        [
            .required("timeZone", .zone, "IANA name"),
            .required("weekStart", .oneOf(Weekday.self), "the day a week begins with"),
            .required("defaultReminderTime", timeOfDay, "for tasks that are due on a date"),
            .optional(
                "quietHours",
                .object(
                    ObjectSchema(
                        "QuietHours", "A time of each day when nobody is to be disturbed.",
                        [
                            .required("from", timeOfDay, "inclusive"),
                            .required("to", timeOfDay, "exclusive; may be on the next day"),
                        ])), "in the user's zone"),
        ])

    private static let timeOfDay = ValueSchema.text(.timeOfDay, length: 5...5)
}
