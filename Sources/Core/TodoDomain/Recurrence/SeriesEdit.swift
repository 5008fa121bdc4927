/// How far a change of one occurrence reaches.
public enum EditScope: String, Sendable, Codable, CaseIterable {
    /// This occurrence alone.
    case this
    /// This one and all that follow.
    case following
    /// The whole series.
    case all
}

/// What a change makes of a series.
public struct SeriesEdit: Sendable, Hashable {
    /// The series that goes on under its old name; nil when nothing is left of it.
    public var kept: Recurrence?
    /// A second series, which begins where the old one now ends.
    public var split: Recurrence?
    /// The occurrence that goes its own way, by its key.
    public var moved: Moved?

    /// One occurrence at another time than its rule has it.
    public struct Moved: Sendable, Hashable {
        /// As the rule has it.
        public var key: String
        /// As it is to be; nil when it is left out.
        public var to: LocalDateTime?
    }
}

extension Recurrence {
    /// Moves an occurrence to another local time, alone or with others.
    ///
    /// The distance that one occurrence is moved by moves all others too: a rule that names the days that are left is
    /// refused, as no rule can be guessed for it.
    public func rescheduling(
        _ local: LocalDateTime, to new: LocalDateTime, scope: EditScope
    ) throws(RecurrenceError) -> SeriesEdit {
        switch scope {
        case .this:
            return SeriesEdit(
                kept: excluding(local), moved: .init(key: occurrence(at: local).key, to: new))
        case .following:
            var later = try tail(from: local)
            later = try later.moved(from: local, to: new)
            return SeriesEdit(kept: try head(before: local), split: later)
        case .all:
            return SeriesEdit(kept: try moved(from: local, to: new))
        }
    }

    /// Takes an occurrence away, alone or with others.
    public func removing(_ local: LocalDateTime, scope: EditScope) throws(RecurrenceError) -> SeriesEdit {
        switch scope {
        case .this: SeriesEdit(kept: excluding(local), moved: .init(key: occurrence(at: local).key, to: nil))
        case .following: SeriesEdit(kept: try head(before: local))
        case .all: SeriesEdit()
        }
    }

    /// Gives an occurrence and all that follow, or the whole series, another rule.
    public func changing(
        _ local: LocalDateTime, rule new: RecurrenceRule, scope: EditScope
    ) throws(RecurrenceError) -> SeriesEdit {
        switch scope {
        case .this: throw RecurrenceError("one occurrence has no rule of its own")
        case .following:
            var later = try tail(from: local)
            later.rule = new
            return SeriesEdit(kept: try head(before: local), split: try later.aligned())
        case .all:
            var whole = self
            whole.rule = new
            return SeriesEdit(kept: try whole.aligned())
        }
    }

    private func excluding(_ local: LocalDateTime) -> Recurrence {
        var copy = self
        copy.excluded.insert(local)
        return copy
    }

    /// The part before an occurrence; nil when it was the first.
    private func head(before local: LocalDateTime) throws(RecurrenceError) -> Recurrence? {
        var copy = self
        copy.rule.count = nil
        copy.added.removeAll { $0 >= local }
        if !local.hasTime {
            copy.rule.until = .date(local.adding(days: -1))
        } else if let zone {
            copy.rule.until = .instant(zone.unix(ofLocal: local) - 1)
        } else {
            copy.rule.until = .local(LocalDateTime(clockSeconds: local.clockSeconds - 1))
        }
        return copy.occurrences(1).isEmpty ? nil : copy
    }

    /// The part from an occurrence on, with what COUNT leaves for it.
    private func tail(from local: LocalDateTime) throws(RecurrenceError) -> Recurrence {
        var ruled = self
        (ruled.excluded, ruled.added) = ([], [])
        var walk = ruled.walk()
        var before = 0
        var found = false
        while let next = walk.next(), next.local <= local {
            found = next.local == local
            if !found { before += 1 }
        }
        guard found || added.contains(local) else {
            throw RecurrenceError("the series has no such occurrence")
        }
        var copy = self
        copy.rule.count = rule.count.map { max(1, $0 - before) }
        copy.start = local
        copy.excluded = excluded.filter { $0 >= local }
        copy.added = added.filter { $0 >= local }
        return copy
    }

    /// Everything by the same distance.
    private func moved(from old: LocalDateTime, to new: LocalDateTime) throws(RecurrenceError) -> Recurrence {
        var copy = self
        if old.date != new.date {
            guard let rule = rule.moved(from: old, to: new) else {
                throw RecurrenceError("the rule names its days: it must be changed to move them")
            }
            copy.rule = rule
        }
        if old.time != new.time { (copy.rule.hours, copy.rule.minutes) = ([], []) }
        copy.start = start.moved(from: old, to: new)
        copy.excluded = Set(excluded.map { $0.moved(from: old, to: new) })
        copy.added = added.map { $0.moved(from: old, to: new) }
        return copy
    }
}

extension RecurrenceRule {
    /// The rule with its days where they are after a move; nil where that cannot be said.
    fileprivate func moved(from old: LocalDateTime, to new: LocalDateTime) -> RecurrenceRule? {
        guard namesDays || !months.isEmpty else { return self }
        var rule = self
        // One weekday a week is the common case, and the one that can be moved.
        guard frequency == .weekly, days.count == 1, months.isEmpty else { return nil }
        rule.days = [Day(new.weekday)]
        return rule
    }
}
