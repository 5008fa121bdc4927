/// The rule that a zone follows after its last listed transition: one offset, or two that take turns every year.
struct ZoneClosingRule: Sendable, Hashable {
    /// The day of a turn.
    enum Day: Sendable, Hashable {
        /// 1 to 365; 29 February is never counted.
        case julian(Int)
        /// 0 to 365; 29 February is counted.
        case ofYear(Int)
        /// The so manieth such weekday of a month, 5 for its last; 0 is Sunday.
        case weekday(month: Int, week: Int, weekday: Int)
    }

    /// When an offset begins, by the clock that was right until then.
    struct Turn: Sendable, Hashable {
        var day: Day
        /// May lie days before or after the day itself.
        var secondOfDay: Int

        func clockSeconds(in year: Int) -> Int64 {
            Int64(dayNumber(in: year)) * 86_400 + Int64(secondOfDay)
        }

        private func dayNumber(in year: Int) -> Int {
            let newYear = LocalDateTime.dayNumber(year: year, month: 1, day: 1)
            switch day {
            case .julian(let day):
                return newYear + day - 1 + (LocalDateTime.isLeap(year) && day >= 60 ? 1 : 0)
            case .ofYear(let day): return newYear + day
            case .weekday(let month, let week, let weekday):
                let first = LocalDateTime.dayNumber(year: year, month: month, day: 1)
                // 1970-01-01 was a Thursday.
                var day = floorModulo(weekday - (first + 4), 7) + 7 * (week - 1)
                if day >= LocalDateTime.days(in: month, of: year) { day -= 7 }
                return first + day
            }
        }
    }

    /// Summer time; for zones that say so, negative and in winter.
    struct Daylight: Sendable, Hashable {
        var offset: Int
        var begins: Turn
        var ends: Turn
    }

    var standard: Int
    var daylight: Daylight?

    func offset(at instant: Int64) -> Int {
        guard daylight != nil else { return standard }
        let bounded = min(max(instant, -ZoneRules.farthest), ZoneRules.farthest)
        return changes(from: bounded, to: bounded).last { $0.start <= bounded }?.offset ?? standard
    }

    /// The turns of all years that touch a window of time, in order; some lie outside.
    func changes(from: Int64, to: Int64) -> [(start: Int64, offset: Int)] {
        guard let daylight else { return [] }
        let (first, last) = (LocalDateTime(clockSeconds: from).year, LocalDateTime(clockSeconds: to).year)
        var changes: [(start: Int64, offset: Int)] = []
        // A turn may be shifted by a week from its day, which may lie at the very end of its year.
        for year in (first - 1)...(max(first, last) + 1) {
            let begin = daylight.begins.clockSeconds(in: year) - Int64(standard)
            let end = daylight.ends.clockSeconds(in: year) - Int64(daylight.offset)
            let pair = [(start: begin, offset: daylight.offset), (start: end, offset: standard)]
            for change in begin <= end ? pair : pair.reversed() {
                // Summer time all year: where one ends the next begins, and nothing lies between.
                while let previous = changes.last, previous.start >= change.start { changes.removeLast() }
                changes.append(change)
            }
        }
        return changes
    }
}
