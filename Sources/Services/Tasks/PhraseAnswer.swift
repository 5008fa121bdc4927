import TodoDomain

/// A phrase that somebody wants to have understood.
struct PhraseRequest: Decodable {
    /// The most characters that are read.
    static let longest = 1000

    var text: String
    var tz: String?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case text, tz
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        text = try values.decode(String.self, forKey: .text)
        tz = try values.decodeIfPresent(String.self, forKey: .tz)
    }
}

/// What was understood, in the shape in which a task is created.
struct PhraseAnswer: Encodable {
    struct Rule: Encodable {
        let rrule: String
        let skip: RecurrenceSeries.Skip
        let mode: RecurrenceSeries.Mode
        let description: String
    }

    struct Reminder: Encodable {
        /// So long before the due time, such as `PT30M`.
        var before: String?
        /// Or a local time.
        var at: String?
    }

    struct Span: Encodable {
        let kind: String
        let offset: Int
        let length: Int
        let alternatives: [String]
    }

    let title: String
    let due: DueTime?
    let recurrence: Rule?
    let reminders: [Reminder]
    let priority: TaskPriority
    let tags: [String]
    let list: String?
    let spans: [Span]

    /// Reads a phrase at a moment, which is told in seconds since 1970-01-01T00:00Z.
    init(_ request: PhraseRequest, now: Int64, zones: any ZoneSource) throws {
        guard request.text.utf8.count <= PhraseRequest.longest * 4,
            request.text.count <= PhraseRequest.longest
        else {
            throw ValidationError("/text", "must have at most \(PhraseRequest.longest) characters")
        }
        let zone = request.tz.flatMap(zones.zone)
        guard request.tz == nil || zone != nil else {
            throw ValidationError("/tz", "must name a time zone such as Europe/Amsterdam")
        }
        let clock = (zone ?? .utc).local(ofUnix: now)
        let phrase = PhraseParser.parse(request.text, now: clock.toTheMinute)
        title = phrase.title
        due = phrase.due.map { moment in
            guard moment.hasTime else { return DueTime(kind: .date, local: moment.description) }
            return DueTime(
                kind: request.tz == nil ? .floating : .zoned, local: moment.description, tz: request.tz)
        }
        recurrence = phrase.rule.map { rule in
            Rule(
                rrule: rule.rrule.description, skip: rule.skip, mode: rule.mode,
                description: rule.rrule.english(start: phrase.due ?? clock.date))
        }
        reminders = phrase.reminders.map { reminder in
            switch reminder {
            case .before(let offset):
                Reminder(
                    before: CalendarOffset(days: -offset.days, seconds: -offset.seconds).description)
            case .at(let moment): Reminder(at: moment.description)
            }
        }
        priority = phrase.priority
        tags = phrase.tags
        list = phrase.list
        spans = phrase.spans.map {
            Span(kind: $0.part.rawValue, offset: $0.offset, length: $0.length, alternatives: $0.alternatives)
        }
    }
}

extension LocalDateTime {
    fileprivate var toTheMinute: LocalDateTime {
        at(time.map { Time(hour: $0.hour, minute: $0.minute) })
    }
}
