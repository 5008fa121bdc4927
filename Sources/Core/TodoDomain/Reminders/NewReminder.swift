public import FoundationEssentials

/// A reminder as a client says it: `{"at": …, "tz": …}` or `{"before": "P1D", "of": "due"}`.
///
/// A client may give back what it has read, with `id` and `snoozedUntil`: the reminder is then the same one.
public struct NewReminder: Sendable, Hashable, Decodable {
    /// Of a reminder that the task has already.
    public var id: UUID?
    /// A local time, a date, or an instant such as `2026-12-01T08:00:00Z`.
    public var at: String?
    /// The zone of a local time.
    public var tz: String?
    /// A duration such as `P1D` or `PT15M`.
    public var before: String?
    /// `due` if it is not said.
    public var of: ReminderAnchor?

    /// The longest way between a reminder and what it hangs on.
    static let farthest = 1000 * 86_400

    /// A reminder of a task as if a client gave it back.
    public init(_ reminder: TaskReminder) {
        id = reminder.id
        switch reminder.moment {
        case .at(let local, let tz): (at, self.tz) = (local, tz)
        case .before(let distance, let anchor): (before, of) = (distance, anchor)
        }
    }

    /// A reminder at a moment.
    public init(at: String, tz: String? = nil) {
        (self.at, self.tz) = (at, tz)
    }

    /// A reminder so long before the task.
    public init(before: String, of: ReminderAnchor = .due) {
        (self.before, self.of) = (before, of)
    }

    /// Refuses unknown members.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: TaskReminder.CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: TaskReminder.CodingKeys.self)
        id = try values.decodeIfPresent(UUID.self, forKey: .id)
        at = try values.decodeIfPresent(String.self, forKey: .at)
        tz = try values.decodeIfPresent(String.self, forKey: .tz)
        before = try values.decodeIfPresent(String.self, forKey: .before)
        of = try values.decodeIfPresent(ReminderAnchor.self, forKey: .of)
    }

    /// When it fires, in the one spelling of each moment; nil if there are mistakes.
    public var moment: ReminderMoment? {
        if let at {
            if let instant = Self.instant(at) {
                return tz == nil ? .at(local: instant.description, tz: "UTC") : nil
            }
            return LocalDateTime(at).map { .at(local: $0.description, tz: tz) }
        }
        return before.flatMap(CalendarOffset.init).map { .before($0.description, of: of ?? .due) }
    }

    /// What is wrong with it.
    func mistakes(at pointer: String) -> [FieldError] {
        switch (at, before) {
        case (nil, nil), (_?, _?):
            return [FieldError(pointer: pointer, detail: "must have either at or before")]
        case (let at?, nil):
            return momentMistakes(at, pointer)
        case (nil, let before?):
            guard let offset = CalendarOffset(before) else {
                return [
                    FieldError(
                        pointer: "\(pointer)/before", detail: "must be a duration such as P1D or PT15M")
                ]
            }
            var found: [FieldError] = []
            if abs(offset.days) * 86_400 + abs(offset.seconds) > Self.farthest {
                found.append(
                    FieldError(pointer: "\(pointer)/before", detail: "must be 1000 days at most"))
            }
            if tz != nil { found.append(FieldError(pointer: "\(pointer)/tz", detail: "belongs to at only")) }
            return found
        }
    }

    private func momentMistakes(_ at: String, _ pointer: String) -> [FieldError] {
        var found: [FieldError] = []
        let instant = Self.instant(at)
        let isInstant = instant != nil
        if let local = instant ?? LocalDateTime(at) {
            if !local.isNearEnough {
                found.append(FieldError(pointer: "\(pointer)/at", detail: LocalDateTime.yearsInWords))
            }
        } else {
            found.append(
                FieldError(
                    pointer: "\(pointer)/at",
                    detail: "must be a local time such as 2026-12-01T09:00, a date, or an instant"))
        }
        if of != nil { found.append(FieldError(pointer: "\(pointer)/of", detail: "belongs to before only")) }
        if tz != nil, isInstant {
            found.append(FieldError(pointer: "\(pointer)/tz", detail: "belongs to a local time only"))
        } else if let tz, tz.utf8.count > 64 || tz.isEmpty || !TextFormat.zone.accepts(tz) {
            found.append(
                FieldError(pointer: "\(pointer)/tz", detail: "must name a time zone such as Europe/Amsterdam")
            )
        }
        return found
    }

    /// Reads RFC 3339 to the second; a part of a second counts as a whole one, because nothing may fire early.
    static func instant(_ text: String) -> LocalDateTime? {
        guard text.utf8.count <= 40, text.utf8.count > 19 else { return nil }
        guard let local = LocalDateTime(String(text.prefix(19))), local.hasTime else { return nil }
        var rest = text.dropFirst(19)
        var seconds = local.clockSeconds
        if rest.first == "." {
            let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard (1...9).contains(digits.count) else { return nil }
            if digits.contains(where: { $0 != "0" }) { seconds += 1 }
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = offset(rest) else { return nil }
        return LocalDateTime(clockSeconds: seconds - offset)
    }

    /// Seconds east of Greenwich: `Z`, `+01:00`.
    private static func offset(_ text: Substring) -> Int64? {
        if text == "Z" { return 0 }
        guard text.utf8.count == 6, let sign = text.first, sign == "+" || sign == "-",
            let clock = LocalDateTime("2000-01-01T\(text.dropFirst())"), let time = clock.time
        else { return nil }
        return Int64(sign == "-" ? -time.secondOfDay : time.secondOfDay)
    }
}

extension [NewReminder] {
    /// Everything wrong with a task's reminders.
    func mistakes(_ limits: TaskLimits) -> [FieldError] {
        guard count <= limits.reminders else {
            return [
                FieldError(pointer: "/reminders", detail: "must have at most \(limits.reminders) reminders")
            ]
        }
        return enumerated().flatMap { $1.mistakes(at: "/reminders/\($0)") }
    }
}
