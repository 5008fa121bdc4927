import Dapr
import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// What reminders listens to: the reminders themselves, the tasks they belong to, and the settings of users.
struct ReminderSubscriptions: Sendable {
    let operations: ReminderOperations

    private static let taskTypes: Set<String> = [
        EventType.taskCreated, EventType.taskUpdated, EventType.taskCompleted, EventType.taskReopened,
        EventType.taskDeleted, EventType.taskRestored,
    ]
    private static let reminderTypes: Set<String> = [
        EventType.reminderScheduled, EventType.reminderRescheduled, EventType.reminderSnoozed,
        EventType.reminderCancelled,
    ]

    var table: [EventRoute] {
        [
            EventRoute(topic: Topic.reminders, types: Self.reminderTypes) { event, transaction in
                let snapshot = try event.payload(as: ReminderSnapshot.self)
                guard let user = event.envelope.userID.flatMap({ UUID(uuidString: $0) }) else {
                    throw EventRejected(reason: "bad_envelope", detail: "missing /userid")
                }
                try await operations.keep(
                    snapshot, type: event.envelope.type, of: user, sequence: event.envelope.sequence ?? 0,
                    writtenAt: Timestamp.date(from: event.envelope.time), in: transaction)
            },
            EventRoute(topic: Topic.tasks, types: Self.taskTypes) { event, transaction in
                guard let user = event.envelope.userID.flatMap({ UUID(uuidString: $0) }) else {
                    throw EventRejected(reason: "bad_envelope", detail: "missing /userid")
                }
                try await TaskStore.keep(
                    try event.payload(as: TaskSnapshot.self).task, of: user, in: transaction)
            },
            EventRoute(topic: Topic.tasks, types: [EventType.taskPurged]) { event, transaction in
                try await TaskStore.remove(
                    try event.payload(as: TaskPurged.self).taskID.uuid, in: transaction)
            },
            EventRoute(topic: Topic.users, types: [EventType.userSettingsChanged]) { event, transaction in
                let change = try event.payload(as: UserSettingsChanged.self)
                try await operations.adopt(
                    change.settings, of: change.userID.uuid, sequence: event.envelope.sequence ?? 0,
                    in: transaction)
            },
            EventRoute(topic: Topic.users, types: [EventType.userDeleted]) { event, transaction in
                try await operations.forget(
                    try event.payload(as: UserDeleted.self).userID.uuid, in: transaction)
            },
        ]
    }
}
