/// Goes from one occurrence to the next.
///
/// Whatever the rule is, a walk ends: a search for one occurrence looks at no more days than 400 years have, after which
/// the calendar repeats, and all searches of a walk together at no more than `mostSteps`.
public struct RecurrenceWalk: Sendable {
    /// Days and periods that may be looked at without finding anything.
    static let mostStepsToNext = 150_000
    /// Days and periods that one walk may look at.
    static let mostSteps = 1_000_000

    /// Days and periods looked at so far.
    public private(set) var steps = 0

    private let recurrence: Recurrence
    private let days: PeriodDays
    private let times: [LocalDateTime.Time?]
    private let anchor: LocalDateTime
    private let after: LocalDateTime?
    private let afterInstant: Int64?
    /// Which period comes next, in intervals from the anchor's.
    private var period = 0
    private var waiting: [Occurrence] = []
    private var added: [Occurrence]
    private var generated = 0
    private var last: Occurrence?
    private var isOver = false

    init(_ recurrence: Recurrence, after moment: LocalDateTime?) {
        self.init(rule: recurrence, anchor: nil, after: moment)
        added = recurrence.added.map(recurrence.occurrence).sorted { $0.local < $1.local }
    }

    /// - Parameter anchor: what periods are counted from, where that is not the start.
    init(rule recurrence: Recurrence, anchor: LocalDateTime?, after moment: LocalDateTime?) {
        self.recurrence = recurrence
        let anchor = anchor ?? recurrence.start
        self.anchor = anchor
        days = PeriodDays(recurrence.rule, start: recurrence.start, anchor: anchor, skip: recurrence.skip)
        times = Self.times(of: recurrence.rule, start: recurrence.start)
        after = moment
        let byClock = recurrence.rule.isByClock
        afterInstant = byClock ? moment.map { recurrence.zone?.unix(ofLocal: $0) ?? $0.clockSeconds } : nil
        added = []
        // Only a COUNT must know every occurrence before.
        guard recurrence.rule.count == nil, let moment else { return }
        period = byClock ? clockPeriod(before: moment) : days.period(before: moment)
    }

    /// Times of a day that has an occurrence.
    static func times(of rule: RecurrenceRule, start: LocalDateTime) -> [LocalDateTime.Time?] {
        guard let time = start.time else { return [nil] }
        let hours = rule.hours.isEmpty ? [time.hour] : rule.hours
        let minutes = rule.minutes.isEmpty ? [time.minute] : rule.minutes
        return hours.flatMap { hour in
            minutes.map { LocalDateTime.Time(hour: hour, minute: $0, second: time.second) }
        }
    }

    /// The next occurrence; nil at the end, or when the budget is used up.
    public mutating func next() -> Occurrence? {
        while let next = nextOfAll() {
            if recurrence.excluded.contains(next.local) { continue }
            if let after, !isLater(next, than: after) { continue }
            return next
        }
        return nil
    }

    private func isLater(_ occurrence: Occurrence, than moment: LocalDateTime) -> Bool {
        if let afterInstant { return (occurrence.instant ?? occurrence.local.clockSeconds) > afterInstant }
        return occurrence.local > moment
    }

    /// The rule's and the added ones together, each once.
    private mutating func nextOfAll() -> Occurrence? {
        if waiting.isEmpty { fill() }
        guard let extra = added.first else { return waiting.isEmpty ? nil : waiting.removeFirst() }
        guard let regular = waiting.first, regular.local <= extra.local else { return added.removeFirst() }
        if regular.local == extra.local { added.removeFirst() }
        return waiting.removeFirst()
    }

    /// Goes on period by period until one has occurrences.
    private mutating func fill() {
        let limit = min(Self.mostSteps, steps + Self.mostStepsToNext)
        while waiting.isEmpty, !isOver {
            guard steps < limit else {
                isOver = true
                return
            }
            recurrence.rule.isByClock ? takeClockPeriod() : takeCalendarPeriod()
        }
    }

    private mutating func takeCalendarPeriod() {
        guard let found = days.days(inPeriod: period, steps: &steps) else {
            isOver = true
            return
        }
        period += 1
        var moments: [LocalDateTime] = []
        for day in found {
            for time in times { moments.append(LocalDateTime(dayNumber: day, time: time)) }
        }
        // Two clock times may change places where clocks are put forward between them.
        let set = chosen(moments).map(recurrence.occurrence).sorted {
            ($0.instant ?? $0.local.clockSeconds) < ($1.instant ?? $1.local.clockSeconds)
        }
        for occurrence in set where occurrence.local >= recurrence.start { take(occurrence) }
    }

    private func chosen(_ moments: [LocalDateTime]) -> [LocalDateTime] {
        let positions = recurrence.rule.positions
        guard !positions.isEmpty else { return moments }
        let indices = positions.map { $0 > 0 ? $0 - 1 : moments.count + $0 }
        return Set(indices).sorted().filter(moments.indices.contains).map { moments[$0] }
    }

    private mutating func take(_ occurrence: Occurrence) {
        guard !isOver else { return }
        if let last {
            // Two clock times can be one instant: a day that a zone left out.
            if let instant = occurrence.instant, let before = last.instant, instant <= before { return }
            if occurrence.instant == nil, occurrence.local <= last.local { return }
        }
        guard isAllowed(occurrence) else {
            isOver = true
            return
        }
        generated += 1
        last = occurrence
        waiting.append(occurrence)
        if generated == recurrence.rule.count { isOver = true }
    }

    private func isAllowed(_ occurrence: Occurrence) -> Bool {
        guard occurrence.local.year <= 9999 else { return false }
        switch recurrence.rule.until {
        case .date(let date)?: return occurrence.local.date <= date
        case .local(let local)?: return occurrence.local <= local
        case .instant(let instant)?:
            return (occurrence.instant ?? occurrence.local.clockSeconds) <= instant
        case nil: return true
        }
    }
}

// Hours and minutes are elapsed time: they go on at the same pace where clocks jump.
extension RecurrenceWalk {
    private var clockStep: Int64 {
        Int64(recurrence.rule.interval) * (recurrence.rule.frequency == .hourly ? 3600 : 60)
    }

    private var clockStart: Int64 {
        var moment = anchor
        // The one minute of an hour that the rule may name.
        if recurrence.rule.frequency == .hourly, let minute = recurrence.rule.minutes.first {
            moment.time?.minute = minute
        }
        return recurrence.zone?.unix(ofLocal: moment) ?? moment.clockSeconds
    }

    private func clockPeriod(before moment: LocalDateTime) -> Int {
        let instant = recurrence.zone?.unix(ofLocal: moment) ?? moment.clockSeconds
        return max(0, Int(clamping: (instant - clockStart) / clockStep) - 1)
    }

    private mutating func takeClockPeriod() {
        steps += 1
        let instant = clockStart + Int64(period) * clockStep
        let local = recurrence.zone?.local(ofUnix: instant) ?? LocalDateTime(clockSeconds: instant)
        guard local.year <= 9999 else {
            isOver = true
            return
        }
        guard days.matches(local.dayNumber) else {
            // To the first period of the next day, so that a month without occurrences takes thirty steps.
            let midnight = local.date.adding(days: 1)
            let next = recurrence.zone?.unix(ofLocal: midnight) ?? midnight.clockSeconds
            period = max(period + 1, Int((next - clockStart + clockStep - 1) / clockStep))
            return
        }
        period += 1
        let rule = recurrence.rule
        guard let time = local.time, rule.hours.isEmpty || rule.hours.contains(time.hour) else { return }
        if rule.frequency == .minutely, !rule.minutes.isEmpty, !rule.minutes.contains(time.minute) { return }
        let occurrence = Occurrence(local: local, instant: recurrence.zone == nil ? nil : instant)
        if local >= recurrence.start || recurrence.zone != nil && instant >= clockStartOfSeries {
            take(occurrence)
        }
    }

    private var clockStartOfSeries: Int64 {
        recurrence.zone?.unix(ofLocal: recurrence.start) ?? recurrence.start.clockSeconds
    }
}
