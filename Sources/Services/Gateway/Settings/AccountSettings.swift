import Postgres
import TodoDomain

/// The settings of an account and their version: the entity tag, and the sequence of the events that tell of them.
struct AccountSettings: Sendable, Equatable {
    /// What a new account has; the event of its opening was the first.
    static let atFirst = AccountSettings(
        settings: UserSettings(timeZone: "UTC", weekStart: .monday, defaultReminderTime: "09:00"), version: 1)

    var settings: UserSettings
    var version: Int64
}

/// A merge patch (RFC 7396) of settings.
struct SettingsPatch: Decodable, Sendable {
    private var timeZone: String?
    private var weekStart: UserSettings.Weekday?
    private var defaultReminderTime: String?
    /// Nil for absent; nil inside for null: no quiet hours.
    private var quietHours: QuietHours??

    private struct QuietHours: Decodable, Sendable {
        var from: String?
        var to: String?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case from, to
        }

        init(from decoder: any Decoder) throws {
            try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
            let values = try decoder.container(keyedBy: CodingKeys.self)
            if values.contains(.from) { from = try values.decode(String.self, forKey: .from) }
            if values.contains(.to) { to = try values.decode(String.self, forKey: .to) }
        }
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case timeZone, weekStart, defaultReminderTime, quietHours
    }

    /// Only a zone, as a sign-up may bring one.
    init(timeZone: String) {
        self.timeZone = timeZone
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        if values.contains(.timeZone) { timeZone = try values.decode(String.self, forKey: .timeZone) }
        if values.contains(.weekStart) {
            weekStart = try values.decode(UserSettings.Weekday.self, forKey: .weekStart)
        }
        if values.contains(.defaultReminderTime) {
            defaultReminderTime = try values.decode(String.self, forKey: .defaultReminderTime)
        }
        if values.contains(.quietHours) {
            quietHours = .some(try values.decodeIfPresent(QuietHours.self, forKey: .quietHours))
        }
    }

    /// The settings after the patch, or every mistake in it.
    func applied(to old: UserSettings, zones: any ZoneSource) throws -> UserSettings {
        var new = old
        var mistakes: [FieldError] = []
        if let timeZone {
            new.timeZone = timeZone
            if zones.zone(named: timeZone) == nil {
                mistakes.append(
                    FieldError(
                        pointer: "/timeZone", detail: "is not a zone of the IANA time zone database"))
            }
        }
        new.weekStart = weekStart ?? old.weekStart
        if let defaultReminderTime {
            new.defaultReminderTime = defaultReminderTime
            mistakes += Self.mistakes(in: defaultReminderTime, at: "/defaultReminderTime")
        }
        if case .some(let hours) = quietHours {
            new.quietHours = try quiet(hours, old: old.quietHours, &mistakes)
        }
        guard mistakes.isEmpty else { throw ValidationError(fields: mistakes) }
        return new
    }

    private func quiet(
        _ patch: QuietHours?, old: UserSettings.QuietHours?, _ mistakes: inout [FieldError]
    ) throws -> UserSettings.QuietHours? {
        guard let patch else { return nil }
        guard let from = patch.from ?? old?.from, let to = patch.to ?? old?.to else {
            let missing = (patch.from ?? old?.from) == nil ? "from" : "to"
            mistakes.append(FieldError(pointer: "/quietHours/\(missing)", detail: "is required"))
            return nil
        }
        mistakes += Self.mistakes(in: from, at: "/quietHours/from")
        mistakes += Self.mistakes(in: to, at: "/quietHours/to")
        if from == to {
            mistakes.append(
                FieldError(pointer: "/quietHours/to", detail: "must differ from the beginning"))
        }
        return UserSettings.QuietHours(from: from, to: to)
    }

    /// `09:00`, five characters and a time that exists.
    private static func mistakes(in time: String, at pointer: String) -> [FieldError] {
        guard time.utf8.count != 5 || LocalDateTime("2000-01-01T\(time)") == nil else { return [] }
        return [FieldError(pointer: pointer, detail: "must be a time of day such as 09:00")]
    }
}
