import NIOCore

/// How long a connection is waited for: one deadline that moves, and alarms that are never taken back. Pure.
///
/// An event loop searches all its alarms for the one to cancel. With a connection's worth of them for each of ten
/// thousand clients, that alone would keep it from serving anybody; an alarm that rings for nothing costs nothing.
struct Patience {
    /// What an alarm means.
    enum Meaning: Equatable {
        case nothing
        case again(NIODeadline)
        case over
    }

    private var deadline: NIODeadline?
    private var nextAlarm: NIODeadline?

    /// Waits from now on until then; gives the alarm to set, if the one that is set rings too late.
    mutating func wait(until deadline: NIODeadline) -> NIODeadline? {
        self.deadline = deadline
        if let nextAlarm, nextAlarm <= deadline { return nil }
        nextAlarm = deadline
        return deadline
    }

    /// Nobody is waited for.
    mutating func end() {
        deadline = nil
    }

    /// An alarm rang.
    mutating func rang(_ alarm: NIODeadline) -> Meaning {
        guard alarm == nextAlarm else { return .nothing }
        nextAlarm = nil
        guard let deadline else { return .nothing }
        guard deadline > alarm else {
            self.deadline = nil
            return .over
        }
        nextAlarm = deadline
        return .again(deadline)
    }
}
