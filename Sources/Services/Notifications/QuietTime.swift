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
        return isQuiet ? next(to, after: moment) : moment
    }

    /// The next time that clocks in the zone show it; when they skip it, as much later as they skip.
    private func next(_ time: TimeOfDay, after moment: Date) -> Date {
        let today = local(moment).date
        for days in 0...2 {
            let candidate = Date(
                timeIntervalSince1970: Double(
                    zone.unix(ofLocal: today.adding(days: days).at(time.time))))
            if candidate > moment { return candidate }
        }
        return moment
    }

    private func local(_ moment: Date) -> LocalDateTime {
        zone.local(ofUnix: Int64(moment.timeIntervalSince1970.rounded(.down)))
    }
}
