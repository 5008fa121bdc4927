import FoundationEssentials
import TodoDomain

/// When something comes again and again: cron fields in a zone, or a fixed distance.
struct CronSchedule: Sendable {
    private enum Kind: Sendable {
        case every(seconds: Int64)
        case fields(CronFields, ZoneRules)
    }

    private let kind: Kind

    /// Which numbers of fields are good.
    enum Form: Sendable {
        /// Jobs: the seconds must be there.
        case sixFields
        /// The cron binding: the seconds may be left out.
        case fiveOrSixFields
    }

    /// Reads an expression with an optional `TZ=` or `CRON_TZ=` in front.
    ///
    /// - Throws: `ScheduleError`, which says what is wrong.
    init(_ text: String, form: Form) throws(ScheduleError) {
        var rest = text.trimmingBlanks
        var zone: ZoneRules?
        for prefix in ["TZ=", "CRON_TZ="] where rest.hasPrefix(prefix) {
            let parts = rest.dropFirst(prefix.count).split(separator: " ", maxSplits: 1)
            guard parts.count == 2 else { throw ScheduleError("the time zone stands alone") }
            guard let rules = ScheduleZones.zone(named: String(parts[0])) else {
                throw ScheduleError("there is no time zone of this name")
            }
            zone = rules
            rest = String(parts[1]).trimmingBlanks
            break
        }
        if rest.hasPrefix("@every ") {
            guard zone == nil else { throw ScheduleError("a time zone and @every exclude one another") }
            guard let period = GoDuration.parse(rest.dropFirst(7).trimmingBlanks), period > .zero else {
                throw ScheduleError("@every needs a duration such as 1m30s")
            }
            // Whole seconds, one at least.
            kind = .every(seconds: max(1, period.components.seconds))
            return
        }
        kind = .fields(try CronFields(rest, form: form), zone ?? ScheduleZones.local())
    }

    /// The first time after a moment; nil if there is none within five years.
    func next(after moment: Date) -> Date? {
        switch kind {
        case .every(let seconds): return moment.addingTimeInterval(Double(seconds))
        case .fields(let fields, let zone):
            let whole = Int64(moment.timeIntervalSince1970.rounded(.down))
            return fields.next(after: whole, in: zone).map { Date(timeIntervalSince1970: Double($0)) }
        }
    }
}

/// Why a schedule or a time cannot be understood.
struct ScheduleError: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// Six fields of a cron expression.
struct CronFields: Sendable {
    private let second: CronField
    private let minute: CronField
    private let hour: CronField
    private let day: CronField
    private let month: CronField
    private let weekday: CronField

    private static let descriptors = [
        "@yearly": "0 0 0 1 1 *", "@annually": "0 0 0 1 1 *", "@monthly": "0 0 0 1 * *",
        "@weekly": "0 0 0 * * 0", "@daily": "0 0 0 * * *", "@midnight": "0 0 0 * * *",
        "@hourly": "0 0 * * * *",
    ]

    init(_ text: String, form: CronSchedule.Form) throws(ScheduleError) {
        var text = text
        if text.hasPrefix("@") {
            guard let fields = Self.descriptors[text] else {
                throw ScheduleError("there is no descriptor \(text.prefix(20))")
            }
            text = fields
        }
        var fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        if case .fiveOrSixFields = form, fields.count == 5 { fields.insert("0", at: 0) }
        guard fields.count == 6 else {
            throw ScheduleError("expected 6 fields, found \(fields.count)")
        }
        let units: [CronField.Unit] = [.seconds, .seconds, .hours, .days, .months, .weekdays]
        var read: [CronField] = []
        for (field, unit) in zip(fields, units) {
            guard let value = CronField(field, unit) else {
                throw ScheduleError("the field \(read.count + 1) is not valid")
            }
            read.append(value)
        }
        (second, minute, hour) = (read[0], read[1], read[2])
        (day, month, weekday) = (read[3], read[4], read[5])
    }

    /// Walks from the largest unit to the smallest and begins anew whenever one of them had to move on.
    func next(after moment: Int64, in zone: ZoneRules) -> Int64? {
        var moment = moment + 1
        let lastYear = zone.civil(at: moment).year + 5
        while true {
            let now = zone.civil(at: moment)
            guard now.year <= lastYear else { return nil }
            if !month.contains(now.month) {
                moment = zone.moment(of: CivilTime(year: now.year, month: now.month + 1, day: 1))
            } else if !admits(now) {
                let next = zone.moment(of: CivilTime(year: now.year, month: now.month, day: now.day + 1))
                moment = max(moment + 1, next)
            } else if !hour.contains(now.hour) {
                // By the length of an hour and not by the clock, which may show an hour twice or not at all.
                moment += Int64(3600 - now.minute * 60 - now.second)
            } else if !minute.contains(now.minute) {
                moment += Int64(60 - now.second)
            } else if !second.contains(now.second) {
                moment += 1
            } else {
                return moment
            }
        }
    }

    /// Both kinds of day must fit where one is open; where both are given either is enough.
    private func admits(_ time: CivilTime) -> Bool {
        let fitsMonth = day.contains(time.day)
        let fitsWeek = weekday.contains(time.weekday)
        return day.isOpen || weekday.isOpen ? fitsMonth && fitsWeek : fitsMonth || fitsWeek
    }
}

extension StringProtocol {
    var trimmingBlanks: String {
        let front = drop { $0 == " " || $0 == "\t" }
        return String(front.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
