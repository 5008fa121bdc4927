public import FoundationEssentials

/// Turns what an owner said into the instant at which a reminder fires.
///
/// | said | fires |
/// |---|---|
/// | `at` a local time | at that time, in its zone or wherever the owner is |
/// | `at` a date | at the owner's default reminder time of that day |
/// | `before` in days | so many days before, at the same time of day |
/// | `before` in hours | so many elapsed hours before, whatever clocks do meanwhile |
/// | `before` what is on a date | counted from the default reminder time of that day, where the owner is |
///
/// A local time that clocks skip is read with the offset before the gap, one that they show twice is the first.
public struct ReminderClock: Sendable {
    private let zones: any ZoneSource
    private let ownZone: ZoneRules
    private let defaultTime: LocalDateTime.Time

    /// A clock for one owner. Settings that make no sense here count as UTC and nine o'clock: the gateway knew better,
    /// so that the data here is older, and a reminder that is hours off is better than none.
    public init(zones: any ZoneSource, timeZone: String, defaultReminderTime: String) {
        self.zones = zones
        ownZone = zones.zone(named: timeZone) ?? .utc
        defaultTime = LocalDateTime("2000-01-01T\(defaultReminderTime)")?.time ?? .init(hour: 9, minute: 0)
    }

    /// Where the owner is.
    public var zone: ZoneRules { ownZone }

    /// When a reminder fires, put off or not; nil if it hangs on what the task has not got.
    public func instant(of reminder: TaskReminder, due: DueTime?, start: DueTime?) -> Date? {
        reminder.snoozedUntil ?? instant(of: reminder.moment, due: due, start: start)
    }

    /// When a moment is; nil if that is in no year of four digits, as no event could tell it. A series may come so far.
    public func instant(of moment: ReminderMoment, due: DueTime?, start: DueTime?) -> Date? {
        switch moment {
        case .at(let text, let tz):
            guard let local = LocalDateTime(text) else { return nil }
            return date(zone(tz).unix(ofLocal: timed(local)))
        case .before(let distance, let anchor):
            guard let time = anchor == .due ? due : start, let local = time.moment,
                let offset = CalendarOffset(distance)
            else { return nil }
            return date(
                CalendarOffset(days: -offset.days, seconds: -offset.seconds)
                    .instant(from: timed(local), in: zone(time.kind == .zoned ? time.tz : nil)))
        }
    }

    private func zone(_ name: String?) -> ZoneRules { name.flatMap(zones.zone) ?? ownZone }

    private func timed(_ local: LocalDateTime) -> LocalDateTime {
        local.hasTime ? local : local.at(defaultTime)
    }

    private func date(_ unix: Int64) -> Date? {
        Self.tellable.contains(unix) ? Date(timeIntervalSince1970: Double(unix)) : nil
    }

    /// From the first instant of the year 1 to the last second of 9999.
    private static let tellable: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
}
