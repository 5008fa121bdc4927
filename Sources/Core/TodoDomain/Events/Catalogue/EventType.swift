/// The types of events: `todo.<noun>.<past verb>.v<version>`. What each carries is in `EventCatalogue`.
public enum EventType {
    /// On `Topic.tasks` with a `TaskSnapshot` of version 1.
    public static let taskCreated = "todo.task.created.v1"
    /// On `Topic.tasks` with a `TaskSnapshot`; completing a completed task sends none.
    public static let taskCompleted = "todo.task.completed.v1"
    /// On `Topic.tasks` with a `TaskSnapshot` that names the changed fields; there is always at least one.
    public static let taskUpdated = "todo.task.updated.v1"
    /// On `Topic.tasks` with a `TaskSnapshot`; reopening an open task sends none.
    public static let taskReopened = "todo.task.reopened.v1"
    /// On `Topic.tasks` with a `TaskSnapshot`: the task went to the trash, from where it may come back.
    public static let taskDeleted = "todo.task.deleted.v1"
    /// On `Topic.tasks` with a `TaskSnapshot`: the task came back as it was.
    public static let taskRestored = "todo.task.restored.v1"
    /// On `Topic.tasks` with a `TaskPurged`: the task is gone for good.
    public static let taskPurged = "todo.task.purged.v1"
    /// On `Topic.tasks` with a `ListSnapshot`; a list that a task names for the first time is made without one.
    public static let listChanged = "todo.list.changed.v1"
    /// On `Topic.tasks` with a `ThingDeleted`.
    public static let listDeleted = "todo.list.deleted.v1"
    /// On `Topic.tasks` with a `TemplateChanged`.
    public static let templateChanged = "todo.template.changed.v1"
    /// On `Topic.tasks` with a `ThingDeleted`.
    public static let templateDeleted = "todo.template.deleted.v1"

    /// On `Topic.users` with a `UserCreated`, from the transaction that opens the account.
    public static let userCreated = "todo.user.created.v1"
    /// On `Topic.users` with a `UserSettingsChanged`: all settings, not only the changed ones.
    public static let userSettingsChanged = "todo.user.settings_changed.v1"
    /// On `Topic.users` with a `UserDeleted`: every service that holds data of the user deletes it.
    public static let userDeleted = "todo.user.deleted.v1"
}

/// Acts that matter for security; on `Topic.audit` with a `SecurityAct`.
extension EventType {
    /// The subject is the account's id.
    public static let signInSucceeded = "todo.security.signed_in.v1"
    /// The subject is the id of the account that was aimed at.
    public static let signInRefused = "todo.security.sign_in_refused.v1"
    /// The person ended a session, or all of them (reason `everywhere`).
    public static let signedOut = "todo.security.signed_out.v1"
    /// The person ended one session from another one.
    public static let sessionRevoked = "todo.security.session_revoked.v1"
    /// A refresh token that had been used came again: somebody holds a copy, so the session was ended.
    public static let refreshReused = "todo.security.refresh_reused.v1"
    /// Somebody asked for what is not theirs; the subject is what they asked for.
    public static let accessRefused = "todo.security.access_refused.v1"
    /// Somebody went past a limit, which the reason names.
    public static let limitExceeded = "todo.security.limit_exceeded.v1"
    /// The owner allowed or declined a destructive act of the assistant; the subject is the confirmation.
    public static let confirmationAnswered = "todo.security.confirmation_answered.v1"
}

/// The life of reminders, on `Topic.reminders`.
extension EventType {
    /// With a `ReminderSnapshot`.
    public static let reminderScheduled = "todo.reminder.scheduled.v1"
    /// With a `ReminderSnapshot`: its owner moved it, or the due time it hangs on moved.
    public static let reminderRescheduled = "todo.reminder.rescheduled.v1"
    /// With a `ReminderSnapshot`: put off once; the rest of it stays.
    public static let reminderSnoozed = "todo.reminder.snoozed.v1"
    /// With a `ReminderSnapshot` of what it was.
    public static let reminderCancelled = "todo.reminder.cancelled.v1"
    /// With a `ReminderFired`.
    public static let reminderFired = "todo.reminder.fired.v1"
}

/// The life of series, on `Topic.recurring`.
extension EventType {
    /// With a `SeriesSnapshot`.
    public static let seriesCreated = "todo.recurrence.series_created.v1"
    /// With a `SeriesSnapshot`.
    public static let seriesChanged = "todo.recurrence.series_changed.v1"
    /// With a `SeriesEnded`.
    public static let seriesEnded = "todo.recurrence.series_ended.v1"
    /// With an `OccurrenceDue`: the next task is asked for.
    public static let occurrenceDue = "todo.recurrence.due.v1"
    /// With an `OccurrenceGenerated`.
    public static let occurrenceGenerated = "todo.recurrence.generated.v1"
    /// With an `OccurrenceFailed`.
    public static let occurrenceFailed = "todo.recurrence.failed.v1"
}

/// What the assistant did, on `Topic.assistant`.
extension EventType {
    /// With a `ToolInvoked`.
    public static let toolInvoked = "todo.ai.tool_invoked.v1"
    /// With a `ToolFailed`.
    public static let toolFailed = "todo.ai.tool_failed.v1"
    /// With a `ToolConfirmation`, as the next three.
    public static let confirmationRequested = "todo.ai.confirmation_requested.v1"
    /// The owner allowed it.
    public static let confirmationAccepted = "todo.ai.confirmation_accepted.v1"
    /// The owner said no.
    public static let confirmationDeclined = "todo.ai.confirmation_declined.v1"
    /// The owner said nothing in time.
    public static let confirmationExpired = "todo.ai.confirmation_expired.v1"
}

/// What users are told, on `Topic.notifications`; and what their open pages are, on `Topic.liveUpdates`.
extension EventType {
    /// With a `NotificationRequested`.
    public static let notificationRequested = "todo.notification.requested.v1"
    /// With a `NotificationDelivered`.
    public static let notificationDelivered = "todo.notification.delivered.v1"
    /// With a `NotificationFailed`.
    public static let notificationFailed = "todo.notification.failed.v1"
    /// With a `ChangeRecorded`.
    public static let changeRecorded = "todo.change.recorded.v1"
}
