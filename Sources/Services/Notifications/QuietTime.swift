import FoundationEssentials
import TodoDomain

/// When something may go out, in the days and nights of one user.
struct QuietTime: Sendable {
    let zone: ZoneRules
    let from: TimeOfDay?
    let to: TimeOfDay?

    /// The first moment from now on that the rule of a channel allows.
    func opening(from now: Date, rule: Preferences.Rule, digestAt: String) -> Date {
        var moment = now
        // A digest is never due at once: what comes at its very minute is part of tomorrow's.
        if rule.digest, let time = TimeOfDay(digestAt) { moment = next(time, after: moment) }
        return rule.quietHours ? endOfQuiet(at: moment) : moment
    }

    private func endOfQuiet(at moment: Date) -> Date {
        guard let from, let to, from != to, let time = local(moment).time else { return moment }
        let (begin, end, now) = (from.time.secondOfDay, to.time.secondOfDay, time.secondOfDay)
        let isQuiet = begin < end ? (begin..<end).contains(now) : now >= begin || now < end
        guard isQuiet else { return moment }
        // Clocks that went back show a time before the end although it has been: the quiet is over, not a day longer.
        if now < end, instant(of: to, on: local(moment).date) <= moment { return moment }
        return next(to, after: moment)
    }

    /// The next time that clocks in the zone show it; when they skip it, as much later as they skip.
    private func next(_ time: TimeOfDay, after moment: Date) -> Date {
        let today = local(moment).date
        for days in 0...2 {
            let candidate = instant(of: time, on: today.adding(days: days))
            if candidate > moment { return candidate }
        }
        return moment
    }

    /// When clocks show it; the first time, on a day on which they do so twice.
    private func instant(of time: TimeOfDay, on date: LocalDateTime) -> Date {
        Date(timeIntervalSince1970: Double(zone.unix(ofLocal: date.at(time.time))))
    }

    private func local(_ moment: Date) -> LocalDateTime {
        zone.local(ofUnix: Int64(moment.timeIntervalSince1970.rounded(.down)))
    }
}
