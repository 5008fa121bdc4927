// Natural language: what a person types in one line becomes the parts of a task.
//
// Deterministic and without a model: the same phrase at the same moment is always the same task. A word is taken only
// where its neighbours make it mean a date, a rule or a mark; everything else stays in the title, and so does all that
// is in quotation marks. Every part says which span of the text it took, so that a page can show it and let it be
// refused.
//
//   PhraseWords      the text as words with their places
//   PhraseWords+…    one grammar a file: dates, times, rules, reminders, marks
//   PhraseParser     takes the parts one after the other and puts the task together

/// A phrase as it was understood.
public struct ParsedPhrase: Sendable, Hashable {
    /// What was understood of a span.
    public enum Part: String, Sendable, CaseIterable {
        case date, time, recurrence, reminder, tag, list, priority
    }

    /// A stretch of the text that was taken out of the title.
    public struct Span: Sendable, Hashable {
        /// What it was taken for.
        public var part: Part
        /// Where it begins, in UTF-16 code units, which is what browsers count.
        public var offset: Int
        /// How long it is, in UTF-16 code units.
        public var length: Int
        /// What else it may mean: dates, times of day or rules in the form that the API takes.
        public var alternatives: [String]
    }

    /// A rule with the choices that its wording makes.
    public struct Rule: Sendable, Hashable {
        /// As RFC 5545 spells it.
        public var rrule: RecurrenceRule
        /// For days that a month has not got.
        public var skip: RecurrenceSeries.Skip
        /// What the next occurrence is counted from.
        public var mode: RecurrenceSeries.Mode
    }

    /// A reminder before the due time, or at a time of its own.
    public enum Reminder: Sendable, Hashable {
        case before(CalendarOffset)
        case at(LocalDateTime)
    }

    /// What is left.
    public var title = ""
    /// A date, or a local time; the first occurrence if there is a rule.
    public var due: LocalDateTime?
    /// How it comes again.
    public var rule: Rule?
    /// In the order they were named.
    public var reminders: [Reminder] = []
    /// `.none` if nothing was said.
    public var priority = TaskPriority.none
    /// In the order they were named, each once.
    public var tags: [String] = []
    /// The last one named.
    public var list: String?
    /// What was taken, in the order of the text.
    public var spans: [Span] = []
}
