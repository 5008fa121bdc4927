public import FoundationEssentials

extension TodoTask {
    /// The reminders that are to fire as long as nothing happens to the task.
    public var liveReminders: [TaskReminder] { place == .open ? reminders : [] }

    /// Takes over what a client wants to be reminded of. A reminder that was there stays the same one: known by its id,
    /// else by its moment. One that moves is put off no longer.
    ///
    /// - Parameter version: that the task will have, which no other write of it has.
    mutating func remind(by wanted: [NewReminder], asOf version: Int64) {
        var left = reminders
        var taken: [TaskReminder] = []
        for (index, new) in wanted.enumerated() {
            guard let moment = new.moment, !taken.contains(where: { $0.moment == moment }) else { continue }
            let place =
                left.firstIndex { $0.id == new.id } ?? left.firstIndex { $0.moment == moment }
            guard let place else {
                taken.append(
                    TaskReminder(
                        id: ReminderIdentity.reminder(of: id, version: version, index: index), moment: moment)
                )
                continue
            }
            var reminder = left.remove(at: place)
            if reminder.moment != moment { (reminder.moment, reminder.snoozedUntil) = (moment, nil) }
            taken.append(reminder)
        }
        reminders = taken
    }

    /// A task that moves takes the reminders along that hang on it: none of those is put off any longer. What was put off
    /// by the same write stays so: an undo moves a task back to where it was, and its snoozes with it.
    mutating func forgetSnoozes(movedFrom before: TodoTask) {
        for index in reminders.indices {
            let hasMoved =
                switch reminders[index].moment.anchor {
                case .due: due != before.due
                case .start: start != before.start
                case nil: false
                }
            let old = before.reminders.first { $0.id == reminders[index].id }
            if hasMoved, reminders[index].snoozedUntil == old?.snoozedUntil {
                reminders[index].snoozedUntil = nil
            }
        }
    }

    /// Puts a reminder off; nil when the task has no such reminder, or it was put off until then already.
    public mutating func snooze(_ reminder: UUID, until moment: Date, at now: Date) -> TaskChange? {
        guard let index = reminders.firstIndex(where: { $0.id == reminder }) else { return nil }
        var state = self
        state.reminders[index].snoozedUntil = moment
        return become(state, at: now)
    }
}

/// Ids that follow from others, so that the same thing has the same id wherever it is made.
public enum ReminderIdentity {
    /// Of a reminder that a version of a task brought.
    static func reminder(of task: UUID, version: Int64, index: Int) -> UUID {
        derived(from: task, UInt64(bitPattern: version) &* 1024 &+ UInt64(index))
    }

    /// Of the notification that a reminder asks for at one instant: a receiver that has seen it ignores it.
    public static func notification(of reminder: UUID, dueAt: Date) -> UUID {
        let milliseconds = Int64((dueAt.timeIntervalSince1970 * 1000).rounded())
        return derived(from: reminder, UInt64(bitPattern: milliseconds) ^ 0x6E6F_7469_6679_0000)
    }

    /// Keeps what makes ids sort by time, and mixes the rest (the finaliser of SplitMix64, which loses nothing).
    private static func derived(from id: UUID, _ salt: UInt64) -> UUID {
        let old = id.uuid
        var low: UInt64 = 0
        for byte in [old.8, old.9, old.10, old.11, old.12, old.13, old.14, old.15] {
            low = low << 8 | UInt64(byte)
        }
        for word in [salt, 0x9E37_79B9_7F4A_7C15] {
            low = low &+ word &+ 0x9E37_79B9_7F4A_7C15
            low = (low ^ (low >> 30)) &* 0xBF58_476D_1CE4_E5B9
            low = (low ^ (low >> 27)) &* 0x94D0_49BB_1331_11EB
            low ^= low >> 31
        }
        low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: low >> UInt64(56 - 8 * index)) }
        return UUID(
            uuid: (
                old.0, old.1, old.2, old.3, old.4, old.5, old.6, old.7, byte(0), byte(1), byte(2), byte(3),
                byte(4), byte(5), byte(6), byte(7)
            ))
    }
}
