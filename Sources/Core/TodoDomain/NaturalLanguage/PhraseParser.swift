/// Takes the parts of a phrase one after the other.
public struct PhraseParser: Sendable {
    /// The most bytes that a phrase may have; the rest is nobody's to understand.
    public static let longest = 4000

    private let words: PhraseWords
    private var result = ParsedPhrase()
    private var date: LocalDateTime?
    private var times: [LocalDateTime.Time] = []
    private var rule: ParsedPhrase.Rule?
    private var taken: Set<Int> = []
    /// The word after the last date, time or rule.
    private var lastEnd = -1

    private init(_ text: String, now: LocalDateTime) {
        words = PhraseWords(text, now: now)
    }

    /// Reads a phrase.
    ///
    /// - Parameter now: the moment by the clock of its writer.
    public static func parse(_ text: String, now: LocalDateTime) -> ParsedPhrase {
        guard text.utf8.count <= longest else { return ParsedPhrase(title: text) }
        var parser = PhraseParser(text, now: now)
        return parser.parse()
    }

    private mutating func parse() -> ParsedPhrase {
        var index = 0
        while index < words.words.count { index = takeMark(at: index) ?? takeTime(at: index) ?? index + 1 }
        settle()
        result.title = words.words.indices.filter { !taken.contains($0) }.map { index in
            let word = words.words[index]
            return word.isQuoted ? word.plain : String(word.text)
        }.joined(separator: " ")
        return result
    }

    private mutating func take(
        _ part: ParsedPhrase.Part, _ range: Range<Int>, _ alternatives: [String] = []
    ) -> Int {
        let span = words.span(range)
        result.spans.append(
            .init(part: part, offset: span.offset, length: span.length, alternatives: alternatives))
        taken.formUnion(range)
        return range.upperBound
    }

    private mutating func takeMark(at index: Int) -> Int? {
        if let match = words.tag(at: index) {
            if !result.tags.contains(match.value) { result.tags.append(match.value) }
            return take(.tag, index..<match.end)
        }
        if let match = words.list(at: index) {
            result.list = match.value
            return take(.list, index..<match.end)
        }
        if let match = words.priority(at: index) {
            result.priority = match.value
            return take(.priority, index..<match.end)
        }
        if let match = words.reminders(at: index) {
            result.reminders += match.value
            return take(.reminder, index..<match.end)
        }
        return nil
    }

    private mutating func takeTime(at index: Int) -> Int? {
        if rule == nil, let match = words.rule(at: index) {
            rule = match.value
            lastEnd = take(.recurrence, index..<match.end, match.alternatives)
            return lastEnd
        }
        if rule != nil, let end = takeBounds(at: index) { return end }
        if date == nil, let match = words.date(at: index) {
            date = match.value
            if let time = match.value.time { times = [time] }
            lastEnd = take(.date, index..<match.end, match.alternatives)
            return lastEnd
        }
        if times.isEmpty, let match = words.time(at: index, isAfterDate: lastEnd == index) {
            times = [match.value]
            var end = match.end
            // `at 8am and 8pm`, where both can be said by one rule.
            while rule != nil, words[end] == "and", let more = words.time(at: end + 1, isAfterDate: true),
                more.value.minute == times[0].minute
            {
                times.append(more.value)
                end = more.end
            }
            lastEnd = take(.time, index..<end, match.alternatives)
            return lastEnd
        }
        return nil
    }

    /// Where a rule begins and ends, and what it counts from.
    private mutating func takeBounds(at index: Int) -> Int? {
        guard var bounded = rule else { return nil }
        defer { rule = bounded }
        if words.isWord(index, ["starting", "from", "beginning"]), date == nil {
            let place = words.isWord(index + 1, ["on", "from"]) ? index + 2 : index + 1
            if let match = words.day(at: place) ?? words.date(at: place) {
                date = match.value.date
                return take(.recurrence, index..<match.end, match.alternatives)
            }
        }
        let isOpen = bounded.rrule.count == nil && bounded.rrule.until == nil
        if isOpen, words.isWord(index, ["until", "till"]),
            let match = words.day(at: index + 1) ?? words.date(at: index + 1)
        {
            bounded.rrule.until = .date(match.value.date)
            return take(.recurrence, index..<match.end)
        }
        if isOpen, let count = words.number(index), (1...RecurrenceRule.mostOccurrences).contains(count),
            words[index + 1] == "times"
        {
            bounded.rrule.count = count
            return take(.recurrence, index..<index + 2)
        }
        if isOpen, words[index] == "for", let count = words.number(index + 1),
            let unit = words.unit(index + 2),
            let times = bounded.rrule.count(within: count, unit)
        {
            bounded.rrule.count = times
            return take(.recurrence, index..<index + 3)
        }
        if words.isWord(index, ["after", "from"]), words[index + 1] == "completion" {
            bounded.mode = .completion
            return take(.recurrence, index..<index + 2)
        }
        return nil
    }

    /// Dates and times together, and the first occurrence of a rule.
    private mutating func settle() {
        let now = words.now
        guard var rule else {
            guard let time = times.first else {
                result.due = date
                return
            }
            if let date {
                result.due = date.at(time)
            } else {
                let today = now.date.at(time)
                result.due = today > now ? today : today.adding(days: 1)
            }
            return
        }
        if times.count > 1 { rule.rrule.hours = Set(times.map(\.hour)).sorted() }
        var time = times.min { $0.secondOfDay < $1.secondOfDay }
        if rule.rrule.isByClock, time == nil, let clock = now.time {
            time = .init(hour: clock.hour, minute: clock.minute)
        }
        let start = (date ?? now.date).date.at(time)
        var series = Recurrence(rule.rrule, start: start)
        // Every other Friday begins with the next one, whichever week that is in.
        series.rule.interval = 1
        series.skip = rule.skip
        // Today counts as long as its time has not come.
        let before =
            time == nil ? now.date.adding(days: -1) : LocalDateTime(clockSeconds: now.clockSeconds - 60)
        result.due = series.occurrences(1, after: before).first?.local
        result.rule = result.due == nil ? nil : rule
    }
}

extension RecurrenceRule {
    /// How often it comes within so many units of time; nil where months have no number of days.
    fileprivate func count(within amount: Int, _ unit: PhraseWords.Unit) -> Int? {
        let minutes = [
            PhraseWords.Unit.minute: 1, .hour: 60, .day: 1440, .week: 10_080, .month: 43_830, .year: 525_960,
        ]
        let own: [Frequency: Int] = [
            .minutely: 1, .hourly: 60, .daily: 1440, .weekly: 10_080, .monthly: 43_830, .yearly: 525_960,
        ]
        guard let span = minutes[unit], let step = own[frequency] else { return nil }
        let count = amount * span * max(1, frequency == .weekly ? days.count : 1) / (step * interval)
        return (1...Self.mostOccurrences).contains(count) ? count : nil
    }
}
