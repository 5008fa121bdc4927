import EventFlow
import FoundationEssentials
import HTTPTypes
import ServiceKit
import TodoDomain

/// Reminders are part of the task; whoever fires them learns of each change by an event of its own.
extension Write {
    /// Tells what a write means for the task's reminders.
    func announceReminders(of task: TodoTask, from before: TodoTask?) async throws {
        let changes = task.reminderChanges(from: before)
        guard !changes.isEmpty else { return }
        let clock = try OwnerView.reminderClock()
        let key = task.id.lowercased
        for change in changes {
            let reminder = Reminder(change.reminder, of: task, clock: clock)
            let hangsOnStart = change.reminder.moment.anchor == .start
            try await outbox.append(
                OutgoingEvent(
                    topic: Topic.reminders, type: change.eventType, subject: change.reminder.id.lowercased,
                    partitionKey: key, sequence: task.version, userID: user.lowercased,
                    actor: writer.actor.rawValue,
                    payload: ReminderSnapshot(
                        reminder: reminder, due: task.due, start: hangsOnStart ? task.start : nil)),
                in: transaction)
        }
    }

    /// Puts a reminder of a task off.
    mutating func snooze(_ id: UUID, _ snooze: Snooze, condition: IfMatch?) async throws -> TodoTask {
        guard let before = try await tasks.lock(id, of: user), before.deletedAt == nil else {
            throw Problem.notFound("there is no such task")
        }
        try condition?.require(version: before.version)
        guard before.status == .open else {
            throw Problem(.conflict, "a completed task reminds nobody: reopen it first")
        }
        let clock = try OwnerView.reminderClock()
        let moment = try snooze.instant(now: now, clock: clock)
        guard let reminder = snooze.choice(of: before, now: now, clock: clock) else {
            throw Problem(.conflict, "the task has no reminder that could be put off")
        }
        var task = before
        let change = task.snooze(reminder, until: moment, at: now)
        try await update(task, from: before, change)
        return task
    }
}

extension TaskOperations {
    /// Puts a reminder of a task off.
    func snooze(_ id: UUID, _ snooze: Snooze, _ request: WriteRequest) async throws -> TaskAnswer {
        try await write(request) { write in
            try TaskAnswer(try await write.snooze(id, snooze, condition: request.condition))
        }
    }
}
