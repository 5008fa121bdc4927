/// One time that something comes again.
public struct Occurrence: Sendable, Hashable {
    /// What the rule says, by the clock of the series; kept even where clocks skip it.
    public var local: LocalDateTime
    /// When that is, in seconds since 1970-01-01T00:00Z; nil for dates and floating times.
    public var instant: Int64?

    /// Names the occurrence within its series, whatever becomes of it.
    public var key: String { local.description }

    /// An occurrence.
    public init(local: LocalDateTime, instant: Int64?) {
        self.local = local
        self.instant = instant
    }
}

/// A rule with everything that decides when it comes: start, zone, exceptions, and the choices RFC 5545 leaves open.
public struct Recurrence: Sendable, Hashable {
    /// What the rule says.
    public var rule: RecurrenceRule
    /// From where it counts; an occurrence only if the rule says so.
    public var start: LocalDateTime
    /// The zone of the clock; nil for dates and floating times.
    public var zone: ZoneRules?
    /// For days that a month has not got.
    public var skip = RecurrenceSeries.Skip.omit
    /// What the next occurrence is counted from.
    public var mode = RecurrenceSeries.Mode.schedule
    /// For occurrences that went by.
    public var catchUp = RecurrenceSeries.CatchUp.skipMissed
    /// Occurrences that are left out; COUNT counts them all the same.
    public var excluded: Set<LocalDateTime> = []
    /// Occurrences beyond the rule; COUNT does not count them.
    public var added: [LocalDateTime] = []

    /// A rule from a start on.
    public init(_ rule: RecurrenceRule, start: LocalDateTime, zone: ZoneRules? = nil) {
        self.rule = rule
        self.start = start
        self.zone = zone
    }

    /// The occurrences in their order, from the first on, or strictly after a local time.
    public func walk(after moment: LocalDateTime? = nil) -> RecurrenceWalk {
        RecurrenceWalk(self, after: moment)
    }

    /// The first so many occurrences.
    public func occurrences(_ count: Int, after moment: LocalDateTime? = nil) -> [Occurrence] {
        var walk = walk(after: moment)
        var found: [Occurrence] = []
        while found.count < count, let next = walk.next() { found.append(next) }
        return found
    }

    /// The same series with its start on its first occurrence.
    ///
    /// - Throws: when there is none.
    public func aligned() throws(RecurrenceError) -> Recurrence {
        var walk = RecurrenceWalk(rule: self, anchor: nil, after: nil)
        guard let first = walk.next() else { throw RecurrenceError("the rule yields nothing") }
        guard first.local != start else { return self }
        var moved = self
        // What the rule took from the start it must say itself from now on.
        if rule.frequency == .monthly || rule.frequency == .yearly, !rule.namesDays,
            first.local.day != start.day
        {
            moved.rule.monthDays = [start.day]
        }
        moved.start = first.local
        return moved
    }

    func occurrence(at local: LocalDateTime) -> Occurrence {
        Occurrence(local: local, instant: local.hasTime ? zone?.unix(ofLocal: local) : nil)
    }
}
