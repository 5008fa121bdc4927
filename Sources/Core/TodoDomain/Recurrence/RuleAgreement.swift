/// What the parts of a rule must agree on, among themselves and with the start.
struct RuleAgreement {
    let rule: RecurrenceRule
    /// Where each part begins.
    let positions: [RuleReader.Name: Int]

    private func position(_ name: RuleReader.Name) -> Int? { positions[name] }

    private func require(
        _ isGood: Bool, _ name: RuleReader.Name, _ reason: String
    ) throws(RecurrenceError) {
        guard isGood else { throw RecurrenceError(reason, at: position(name)) }
    }

    func check() throws(RecurrenceError) {
        try require(
            rule.count == nil || rule.until == nil,
            (position(.count) ?? 0) > (position(.until) ?? 0) ? .count : .until,
            "COUNT and UNTIL exclude each other")
        try require(
            rule.weekNumbers.isEmpty || rule.frequency == .yearly, .weekNumbers,
            "BYWEEKNO goes with FREQ=YEARLY only")
        try require(
            rule.yearDays.isEmpty || rule.frequency == .yearly || rule.isByClock, .yearDays,
            "BYYEARDAY goes with FREQ=YEARLY only")
        try require(
            rule.monthDays.isEmpty || rule.frequency != .weekly, .monthDays,
            "BYMONTHDAY does not go with FREQ=WEEKLY")
        try checkDays()
        try checkPositions()
        try checkPace()
    }

    private func checkDays() throws(RecurrenceError) {
        guard rule.days.contains(where: { $0.ordinal != nil }) else { return }
        try require(
            rule.frequency == .monthly || rule.frequency == .yearly, .days,
            "a numbered weekday goes with FREQ=MONTHLY or FREQ=YEARLY only")
        try require(rule.weekNumbers.isEmpty, .days, "a numbered weekday does not go with BYWEEKNO")
        let isOfMonth = rule.frequency == .monthly || !rule.months.isEmpty
        try require(
            !isOfMonth || rule.days.allSatisfy { abs($0.ordinal ?? 1) <= 5 }, .days,
            "no month has more than five of a weekday")
    }

    private func checkPositions() throws(RecurrenceError) {
        guard !rule.positions.isEmpty else { return }
        try require(!rule.isByClock, .positions, "BYSETPOS needs FREQ=DAILY or longer")
        try require(
            rule.namesDays || !(rule.months.isEmpty && rule.hours.isEmpty && rule.minutes.isEmpty),
            .positions,
            "BYSETPOS needs another BY part")
    }

    /// Nothing may come more often than every hour.
    private func checkPace() throws(RecurrenceError) {
        let tooOften = "no task comes more often than every hour"
        switch rule.frequency {
        case .minutely: try require(rule.interval >= 60, .interval, tooOften)
        case .hourly: try require(rule.minutes.count <= 1, .minutes, tooOften)
        default: try require(max(1, rule.hours.count) * max(1, rule.minutes.count) <= 24, .minutes, tooOften)
        }
    }

    func check(start: LocalDateTime, isZoned: Bool) throws(RecurrenceError) {
        switch rule.until {
        case .instant?:
            try require(isZoned, .until, "UNTIL in universal time needs a start in a zone")
        case .local?:
            try require(start.hasTime, .until, "UNTIL must be a date, as the start is")
        case .date?, nil: break
        }
        guard !start.hasTime else { return }
        try require(!rule.isByClock, .freq, "a start without time cannot be counted by the clock")
        try require(rule.hours.isEmpty, .hours, "BYHOUR needs a start with a time")
        try require(rule.minutes.isEmpty, .minutes, "BYMINUTE needs a start with a time")
    }
}
