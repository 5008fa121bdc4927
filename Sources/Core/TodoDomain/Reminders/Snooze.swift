public import FoundationEssentials

/// What a client says to put a reminder off: `{"for": "PT10M"}` or `{"until": "2026-12-01T18:00"}`.
public struct Snooze: Sendable, Hashable, Decodable {
    /// A duration from now on.
    public var `for`: String?
    /// A local time where the owner is, or an instant.
    public var until: String?
    /// Which reminder; if nothing is said, the one that fired last, else the next to come.
    public var reminderId: UUID?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case `for`, until, reminderId
    }

    /// For so long.
    public init(for duration: String, reminderId: UUID? = nil) {
        self.for = duration
        self.reminderId = reminderId
    }

    /// Until a moment.
    public init(until: String, reminderId: UUID? = nil) {
        self.until = until
        self.reminderId = reminderId
    }

    /// Refuses unknown members.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.for = try values.decodeIfPresent(String.self, forKey: .for)
        until = try values.decodeIfPresent(String.self, forKey: .until)
        reminderId = try values.decodeIfPresent(UUID.self, forKey: .reminderId)
    }

    /// Longer ahead nobody means "later".
    private static let farthest = 366 * 86_400.0

    /// The instant at which the reminder fires instead.
    ///
    /// - Throws: `ValidationError` for what is no time, or none to come.
    public func instant(now: Date, clock: ReminderClock) throws(ValidationError) -> Date {
        let moment: Date
        let pointer: String
        switch (self.for, until) {
        case (nil, nil), (_?, _?): throw ValidationError("", "must have either for or until")
        case (let duration?, nil):
            pointer = "/for"
            guard let offset = CalendarOffset(duration) else {
                throw ValidationError("/for", "must be a duration such as PT10M or P1D")
            }
            moment = Self.later(now, by: offset, clock)
        case (nil, let until?):
            pointer = "/until"
            if let instant = NewReminder.instant(until) {
                moment = Date(timeIntervalSince1970: Double(instant.clockSeconds))
            } else if let local = LocalDateTime(until), local.hasTime {
                moment = Date(timeIntervalSince1970: Double(clock.zone.unix(ofLocal: local)))
            } else {
                throw ValidationError(
                    "/until", "must be a local time such as 2026-12-01T09:00, or an instant")
            }
        }
        guard moment > now else { throw ValidationError(pointer, "must be a time to come") }
        guard moment.timeIntervalSince(now) <= Self.farthest else {
            throw ValidationError(pointer, "must be within a year")
        }
        return moment
    }

    /// Days keep the time of day, hours are elapsed time; no part of a second is lost.
    private static func later(_ now: Date, by offset: CalendarOffset, _ clock: ReminderClock) -> Date {
        if offset.days == 0 { return now.addingTimeInterval(Double(offset.seconds)) }
        let second = Int64(now.timeIntervalSince1970.rounded(.down))
        let part = now.timeIntervalSince1970 - Double(second)
        let unix = offset.instant(from: clock.zone.local(ofUnix: second), in: clock.zone)
        return Date(timeIntervalSince1970: Double(unix) + part)
    }

    /// Which of the task's reminders it is about; nil when there is none.
    public func choice(of task: TodoTask, now: Date, clock: ReminderClock) -> UUID? {
        if let reminderId { return task.reminders.first { $0.id == reminderId }?.id }
        let instants = task.reminders.compactMap { reminder in
            clock.instant(of: reminder, due: task.due, start: task.start).map { (reminder.id, $0) }
        }
        return instants.filter { $0.1 <= now }.max { $0.1 < $1.1 }?.0 ?? instants.min { $0.1 < $1.1 }?.0
    }
}
