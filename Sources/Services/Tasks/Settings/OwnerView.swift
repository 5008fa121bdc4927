import FoundationEssentials
import Synchronization
import TodoDomain

/// What the statements of a transaction derive from: the zones there are, and the settings of the tasks' owner.
///
/// It is handed to the stores as a task-local value, so that no use case can write a task and forget it.
final class OwnerView: Sendable {
    @TaskLocal static var current: OwnerView?

    let zones: any ZoneSource
    let settings: OwnerSettings?
    private let used = Atomic<Bool>(false)

    init(zones: any ZoneSource, settings: OwnerSettings?) {
        self.zones = zones
        self.settings = settings
    }

    /// Whether something was derived from the settings, which must then still hold at the commit.
    var wasUsed: Bool { used.load(ordering: .relaxed) }

    /// The instant of a due time or a start.
    ///
    /// - Throws: 422 for a zone that nobody knows; `SettingsNeeded` when the settings were not read yet.
    func instant(of time: DueTime?, at pointer: String) throws -> Date? {
        guard let time, let local = LocalDateTime(time.local) else { return nil }
        return Date(timeIntervalSince1970: Double(try zone(of: time, at: pointer).unix(ofLocal: local)))
    }

    /// When reminders of the owner's tasks fire.
    ///
    /// - Throws: `SettingsNeeded` when the settings were not read yet.
    static func reminderClock() throws -> ReminderClock {
        guard let view = current, let settings = view.settings else { throw SettingsNeeded() }
        view.used.store(true, ordering: .relaxed)
        return ReminderClock(
            zones: view.zones, timeZone: settings.timeZone, defaultReminderTime: settings.defaultReminderTime)
    }

    private func zone(of time: DueTime, at pointer: String) throws -> ZoneRules {
        if time.kind == .zoned {
            guard let zone = zones.zone(named: time.tz ?? "") else {
                throw ValidationError("\(pointer)/tz", "is not a zone of the IANA time zone database")
            }
            return zone
        }
        guard let settings else { throw SettingsNeeded() }
        used.store(true, ordering: .relaxed)
        return zones.rules(of: settings)
    }
}

/// The work needs the settings of the user: it is done again with them.
struct SettingsNeeded: Error {}

extension ZoneSource {
    /// The user's zone. One that this machine's data does not know counts as UTC: the gateway knew it, so the data here
    /// is older, and a list that is hours off is better than none.
    func rules(of settings: OwnerSettings) -> ZoneRules {
        zone(named: settings.timeZone) ?? .utc
    }
}
