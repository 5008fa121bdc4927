/// What a write to a task means for one of its reminders, for the event that tells of it.
public struct ReminderChange: Sendable, Hashable {
    /// A type of `Topic.reminders`.
    public let eventType: String
    /// As it is after the write; as it was if it is cancelled.
    public let reminder: TaskReminder
}

extension TodoTask {
    /// What became of the reminders since another state of the task; nil for a task that was not there.
    public func reminderChanges(from before: TodoTask?) -> [ReminderChange] {
        let old = before?.liveReminders ?? []
        let new = liveReminders
        guard !old.isEmpty || !new.isEmpty else { return [] }
        var changes: [ReminderChange] = []
        for reminder in old where !new.contains(where: { $0.id == reminder.id }) {
            changes.append(ReminderChange(eventType: EventType.reminderCancelled, reminder: reminder))
        }
        for reminder in new {
            guard let was = old.first(where: { $0.id == reminder.id }) else {
                changes.append(ReminderChange(eventType: EventType.reminderScheduled, reminder: reminder))
                continue
            }
            if was.snoozedUntil != reminder.snoozedUntil, reminder.snoozedUntil != nil {
                changes.append(ReminderChange(eventType: EventType.reminderSnoozed, reminder: reminder))
            } else if was != reminder || hasMoved(reminder.moment.anchor, since: before) {
                changes.append(ReminderChange(eventType: EventType.reminderRescheduled, reminder: reminder))
            }
        }
        return changes
    }

    private func hasMoved(_ anchor: ReminderAnchor?, since before: TodoTask?) -> Bool {
        switch anchor {
        case .due: due != before?.due
        case .start: start != before?.start
        case nil: false
        }
    }
}

extension Reminder {
    /// A task's reminder as events tell it.
    public init(_ reminder: TaskReminder, of task: TodoTask, clock: ReminderClock) {
        self.init(
            id: EntityID(reminder.id), taskID: EntityID(task.id), kind: .absolute,
            fireAt: clock.instant(of: reminder.moment, due: task.due, start: task.start),
            snoozedUntil: reminder.snoozedUntil)
        switch reminder.moment {
        case .at(let local, let tz): (self.local, self.tz) = (local, tz)
        case .before(let distance, let anchor):
            kind = .relative
            of = anchor
            offset = CalendarOffset(distance).map {
                CalendarOffset(days: -$0.days, seconds: -$0.seconds).description
            }
        }
    }

    /// When it fires, as its owner said it; nil for what makes no sense.
    public var moment: ReminderMoment? {
        switch kind {
        case .absolute: return local.map { .at(local: $0, tz: tz) }
        case .relative:
            guard let distance = offset.flatMap(CalendarOffset.init) else { return nil }
            let before = CalendarOffset(days: -distance.days, seconds: -distance.seconds)
            return .before(before.description, of: of ?? .due)
        }
    }
}
