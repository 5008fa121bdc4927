public import FoundationEssentials

/// A reminder of a task, in its owner's own terms.
public struct TaskReminder: Sendable, Hashable, Codable {
    /// Stays while the reminder is moved or put off.
    public var id: UUID
    /// When it fires.
    public var moment: ReminderMoment
    /// While it is put off: when it fires instead.
    public var snoozedUntil: Date?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case id, at, tz, before, of, snoozedUntil
    }

    /// A reminder.
    public init(id: UUID, moment: ReminderMoment, snoozedUntil: Date? = nil) {
        self.id = id
        self.moment = moment
        self.snoozedUntil = snoozedUntil
    }

    /// Reads what `encode(to:)` writes; unknown members are of a newer publisher.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(UUID.self, forKey: .id)
        snoozedUntil = try values.decodeIfPresent(Date.self, forKey: .snoozedUntil)
        if let at = try values.decodeIfPresent(String.self, forKey: .at) {
            moment = .at(local: at, tz: try values.decodeIfPresent(String.self, forKey: .tz))
        } else {
            moment = .before(
                try values.decode(String.self, forKey: .before),
                of: try values.decodeIfPresent(ReminderAnchor.self, forKey: .of) ?? .due)
        }
    }

    /// Writes the id in lower case, and leaves out what is nil.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id.uuidString.lowercased(), forKey: .id)
        switch moment {
        case .at(let local, let tz):
            try values.encode(local, forKey: .at)
            try values.encodeIfPresent(tz, forKey: .tz)
        case .before(let distance, let anchor):
            try values.encode(distance, forKey: .before)
            try values.encode(anchor, forKey: .of)
        }
        try values.encodeIfPresent(snoozedUntil, forKey: .snoozedUntil)
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "TaskReminder", "A reminder of a task: at a moment of its own, or so long before the task.",
        [
            .required("id", .uuid, "the reminder"),
            .optional("at", .local, "the local time; on the day's default reminder time if it is a date"),
            .optional("tz", .zone, "its zone, unless it is wherever the owner is"),
            .optional("before", .text(.duration, length: 3...40), "or so long before"),
            .optional("of", .oneOf(ReminderAnchor.self), "what it is before, with `before`"),
            .optional("snoozedUntil", .instant, "while it is put off: when it fires instead"),
        ], choices: [.init(["at"], optional: ["tz"]), .init(["before", "of"])])
}

/// What a reminder can hang on.
public enum ReminderAnchor: String, Sendable, Codable, CaseIterable {
    case due, start
}

/// When a reminder fires, as its owner said it.
public enum ReminderMoment: Sendable, Hashable {
    /// A local time, or a date; in a zone, or wherever the owner is.
    case at(local: String, tz: String?)
    /// So long before the task is due, or can be begun: `P1D` keeps the time of day, `PT24H` counts hours. With a minus
    /// it is after.
    case before(String, of: ReminderAnchor)

    /// What it hangs on; nil for a moment of its own.
    public var anchor: ReminderAnchor? {
        if case .before(_, let anchor) = self { anchor } else { nil }
    }
}
