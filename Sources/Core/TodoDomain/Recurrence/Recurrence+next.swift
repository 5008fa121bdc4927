extension Recurrence {
    /// The occurrence that follows a completed one.
    ///
    /// - Parameters:
    ///   - due: when the completed one was due, by the clock of the series.
    ///   - completedAt: when it was completed, in seconds since 1970-01-01T00:00Z.
    ///   - userZone: the clock of its owner, for dates and floating times.
    ///   - position: how many occurrences there were with this one. COUNT needs it where each occurrence is counted from
    ///     a completion, as there nothing else tells how many there were.
    /// - Returns: nil when the series is over.
    public func next(
        after due: LocalDateTime, completedAt: Int64, userZone: ZoneRules, position: Int? = nil
    ) -> Occurrence? {
        let completed = (zone ?? userZone).local(ofUnix: completedAt)
        switch mode {
        case .completion: return nextFromCompletion(completed, completedAt, due: due, position: position)
        case .schedule:
            guard catchUp == .skipMissed else { return occurrences(1, after: due).first }
            guard let zone, due.hasTime else {
                return occurrences(1, after: max(due, due.hasTime ? completed : completed.date)).first
            }
            // By instants: what clocks show twice or not at all must not put the next one in the past.
            let instant = max(zone.unix(ofLocal: due), completedAt)
            var walk = walk(after: max(due, completed.adding(days: -2)))
            while let next = walk.next() {
                if let start = next.instant, start > instant { return next }
            }
            return nil
        }
    }

    private func nextFromCompletion(
        _ completed: LocalDateTime, _ completedAt: Int64, due: LocalDateTime, position: Int?
    ) -> Occurrence? {
        if let count = rule.count, let position, position >= count { return nil }
        var unlimited = self
        unlimited.rule.count = nil
        let next: Occurrence?
        if rule.isByClock {
            unlimited.start = completed
            unlimited.start.time?.second = 0
            next = unlimited.occurrences(1, after: unlimited.start).first
        } else if rule.namesDays || !rule.months.isEmpty {
            next = unlimited.firstMatch(afterDay: completed, due: due)
        } else {
            next = occurrence(at: step(from: completed.date).at(dueTime(due)))
        }
        guard let next, isWithin(next) else { return nil }
        return next
    }

    /// The due's own time of day, unless the rule names times.
    private func dueTime(_ due: LocalDateTime) -> LocalDateTime.Time? {
        let times = RecurrenceWalk.times(of: rule, start: due)
        return rule.hours.isEmpty && rule.minutes.isEmpty ? due.time : times.first ?? due.time
    }

    private func firstMatch(afterDay completed: LocalDateTime, due: LocalDateTime) -> Occurrence? {
        var series = self
        series.start = start.at(due.time)
        // Past the completed one as well, if it was done early: nothing comes twice.
        let day = max(completed.date, due.date)
        var walk = RecurrenceWalk(
            rule: series, anchor: completed.date.at(due.time),
            after: day.at(due.hasTime ? .init(hour: 23, minute: 59, second: 59) : nil))
        return walk.next()
    }

    private func step(from date: LocalDateTime) -> LocalDateTime {
        switch rule.frequency {
        case .yearly: date.adding(months: 12 * rule.interval)
        case .monthly: date.adding(months: rule.interval)
        case .weekly: date.adding(days: 7 * rule.interval)
        case .daily, .hourly, .minutely: date.adding(days: rule.interval)
        }
    }

    private func isWithin(_ occurrence: Occurrence) -> Bool {
        guard occurrence.local.year <= 9999 else { return false }
        return switch rule.until {
        case .date(let date)?: occurrence.local.date <= date
        case .local(let local)?: occurrence.local <= local
        case .instant(let instant)?: (occurrence.instant ?? occurrence.local.clockSeconds) <= instant
        case nil: true
        }
    }
}

extension LocalDateTime {
    /// The same distance from a new due time as from the old one, by the clock: what moves with a task keeps its place.
    public func moved(from old: LocalDateTime, to new: LocalDateTime) -> LocalDateTime {
        guard hasTime, old.hasTime, new.hasTime else {
            return adding(days: new.dayNumber - old.dayNumber).tellable
        }
        return LocalDateTime(clockSeconds: clockSeconds + new.clockSeconds - old.clockSeconds).tellable
    }
}
