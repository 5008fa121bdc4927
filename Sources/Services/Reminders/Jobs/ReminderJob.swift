import Dapr
import EventFlow
import FoundationEssentials

/// The job of a reminder: one of its name at a time, so that a change overwrites it.
enum ReminderJob {
    static let prefix = "reminder:"

    static func name(of reminder: UUID) -> String { prefix + reminder.lowercased }

    static func reminder(named name: String) -> UUID? {
        guard name.hasPrefix(prefix) else { return nil }
        return UUID(uuidString: String(name.dropFirst(prefix.count)))
    }

    /// Comes once. When nobody takes it after these attempts the search finds the reminder.
    static func job(of reminder: UUID, at instant: Date) -> Job {
        Job(
            name: name(of: reminder), dueTime: Timestamp.text(of: instant), overwrite: true,
            failurePolicy: .constant(interval: .seconds(1), maxRetries: 10))
    }
}
