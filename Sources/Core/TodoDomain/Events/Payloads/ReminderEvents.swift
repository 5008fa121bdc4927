public import FoundationEssentials

/// A reminder as its owner set it, and when that is.
public struct Reminder: Sendable, Hashable, Codable {
    /// What the moment hangs on.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A moment of its own.
        case absolute
        /// So long before or after the task is due.
        case relative
    }

    /// Of the reminder.
    public var id: EntityID
    /// The task it belongs to.
    public var taskID: EntityID
    /// Decides which of the next three members there are.
    public var kind: Kind
    /// Absolute: the local time.
    public var local: String?
    /// Absolute: the zone, unless it is wherever the owner is.
    public var tz: String?
    /// Relative: such as `-P1D`, which keeps the time of day, or `-PT24H`, which does not.
    public var offset: String?
    /// Relative: what it is relative to; the due time if nothing is said.
    public var of: ReminderAnchor?
    /// The instant as the publisher derived it; nil if that needs a due time that the task has not got.
    public var fireAt: Date?
    /// Set while it is snoozed; then it fires at this instant instead.
    public var snoozedUntil: Date?

    /// All of it.
    public init(
        id: EntityID, taskID: EntityID, kind: Kind, local: String? = nil, tz: String? = nil,
        offset: String? = nil, of: ReminderAnchor? = nil, fireAt: Date? = nil, snoozedUntil: Date? = nil
    ) {
        self.id = id
        self.taskID = taskID
        self.kind = kind
        self.local = local
        self.tz = tz
        self.offset = offset
        self.of = of
        self.fireAt = fireAt
        self.snoozedUntil = snoozedUntil
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "Reminder", "A reminder as its owner set it, and when that is.",
        [
            .required("id", .uuid, "the reminder"),
            .required("taskID", .uuid, "the task it belongs to"),
            .required("kind", .oneOf(Kind.self), "a moment of its own, or hanging on the due time"),
            .optional("local", .local, "absolute: the local time"),
            .optional("tz", .zone, "absolute: its zone, unless it is wherever the owner is"),
            .optional("offset", .text(.duration, length: 3...40), "relative: from the due time"),
            .optional("of", .oneOf(ReminderAnchor.self), "relative: to what, the due time if absent"),
            .optional("fireAt", .instant, "as the publisher derived it; absent without a due time"),
            .optional("snoozedUntil", .instant, "while it is snoozed: when it fires instead"),
        ])
}

/// What `todo.reminder.scheduled|rescheduled|snoozed|cancelled.v1` carry.
///
/// The due time stands beside the reminder, because instants must be derived again when the owner's zone or the
/// zone's rules change, and there is no order between topics that would let a consumer look the task up.
public struct ReminderSnapshot: EventPayload {
    /// As it is after the write.
    public var reminder: Reminder
    /// When its task is due.
    public var due: DueTime?
    /// When work on its task can begin; only for a reminder that hangs on it.
    public var start: DueTime?

    /// A reminder after a write.
    public init(reminder: Reminder, due: DueTime? = nil, start: DueTime? = nil) {
        self.reminder = reminder
        self.due = due
        self.start = start
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "ReminderSnapshot", "A reminder as it stands after the write.",
        [
            .required("reminder", .object(Reminder.schema), "the whole reminder"),
            .optional("due", .object(DueTime.schema), "when its task is due"),
            .optional("start", .object(DueTime.schema), "when its task can begin, if it hangs on that"),
        ])
}

/// What `todo.reminder.fired.v1` carries.
public struct ReminderFired: EventPayload {
    /// What woke the service.
    public enum Trigger: String, Sendable, Codable, CaseIterable {
        /// A job of the sidecar, at the instant.
        case job
        /// The search for what was missed.
        case poll
    }

    /// The reminder that fired.
    public var reminderID: EntityID
    /// Its task.
    public var taskID: EntityID
    /// When it was to fire; with the reminder's id the key by which it never fires twice.
    public var dueAt: Date
    /// When it did.
    public var firedAt: Date
    /// What woke the service.
    public var trigger: OpenWord<Trigger>

    /// A reminder that fired.
    public init(
        reminderID: EntityID, taskID: EntityID, dueAt: Date, firedAt: Date, trigger: Trigger
    ) {
        self.reminderID = reminderID
        self.taskID = taskID
        self.dueAt = dueAt
        self.firedAt = firedAt
        self.trigger = OpenWord(trigger)
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "ReminderFired", "A reminder that fired.",
        [
            .required("reminderID", .uuid, "the reminder"),
            .required("taskID", .uuid, "its task"),
            .required("dueAt", .instant, "when it was to fire"),
            .required("firedAt", .instant, "when it did"),
            .required("trigger", .open(Trigger.self), "what woke the service"),
        ])
}
