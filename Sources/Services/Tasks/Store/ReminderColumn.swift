import EventFlow
import FoundationEssentials
import TodoDomain

/// A task's reminders as their column has them.
enum ReminderColumn {
    /// Nil for none, as nearly every task has it.
    ///
    /// - Throws: 422 for a zone that nobody knows.
    static func text(_ reminders: [TaskReminder]) throws -> String? {
        guard !reminders.isEmpty else { return nil }
        for (index, reminder) in reminders.enumerated() {
            guard case .at(_, let tz?) = reminder.moment, let view = OwnerView.current else { continue }
            guard view.zones.zone(named: tz) != nil else {
                throw ValidationError(
                    "/reminders/\(index)/tz", "is not a zone of the IANA time zone database")
            }
        }
        return String(decoding: try WireJSON.encode(reminders), as: UTF8.self)
    }

    static func reminders(_ text: String?) throws -> [TaskReminder] {
        guard let text else { return [] }
        return try WireJSON.decode([TaskReminder].self, from: Array(text.utf8))
    }
}
