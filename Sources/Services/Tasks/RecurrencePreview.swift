import FoundationEssentials
import Metrics
import ServiceKit
import TodoDomain

/// A rule that somebody wants to see before he has it: nothing is stored.
struct RecurrencePreviewRequest: Decodable {
    var rrule: String
    var start: String
    var tz: String?
    var skip: RecurrenceSeries.Skip
    var count: Int
    var excluded: [String]
    var added: [String]

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case rrule, start, tz, skip, count, excluded, added
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        rrule = try values.decode(String.self, forKey: .rrule)
        start = try values.decode(String.self, forKey: .start)
        tz = try values.decodeIfPresent(String.self, forKey: .tz)
        skip = try values.decodeIfPresent(RecurrenceSeries.Skip.self, forKey: .skip) ?? .omit
        count = try values.decodeIfPresent(Int.self, forKey: .count) ?? 10
        excluded = try values.decodeIfPresent([String].self, forKey: .excluded) ?? []
        added = try values.decodeIfPresent([String].self, forKey: .added) ?? []
    }
}

/// What a rule yields.
struct RecurrencePreview: Encodable {
    struct Item: Encodable {
        /// By the clock of the series.
        let local: String
        /// Absent for dates and floating times.
        let instant: Date?
    }

    let occurrences: [Item]
    /// The rule in its shortest spelling, and as a person would say it.
    let rrule: String
    let description: String
    /// Where the series really begins: its first occurrence.
    let start: String
    /// Whether these are all.
    let isComplete: Bool

    /// Expands a rule.
    ///
    /// - Throws: `ValidationError` with every mistake and, for the rule, its position.
    init(_ request: RecurrencePreviewRequest, zones: any ZoneSource) throws {
        let series = try Self.series(request, zones: zones)
        var walk = series.walk()
        var items: [Item] = []
        while items.count < request.count, let next = walk.next() {
            items.append(
                Item(
                    local: next.local.description,
                    instant: next.instant.map { Date(timeIntervalSince1970: Double($0)) }))
        }
        guard !items.isEmpty else { throw ValidationError("/rrule", "the rule yields nothing") }
        isComplete = items.count < request.count || walk.next() == nil
        occurrences = items
        rrule = series.rule.description
        description = series.rule.english(start: series.start)
        start = items[0].local
        Recorder(label: "todo.recurrence.steps").record(walk.steps)
    }

    private static func series(
        _ request: RecurrencePreviewRequest, zones: any ZoneSource
    ) throws -> Recurrence {
        var mistakes: [FieldError] = []
        let start = LocalDateTime(request.start)
        if start == nil {
            mistakes.append(
                FieldError(pointer: "/start", detail: "must be a local time such as 2026-01-31T09:00"))
        }
        let zone = request.tz.flatMap(zones.zone)
        if request.tz != nil, zone == nil {
            mistakes.append(
                FieldError(pointer: "/tz", detail: "must name a time zone such as Europe/Amsterdam"))
        } else if request.tz != nil, start?.hasTime == false {
            mistakes.append(FieldError(pointer: "/tz", detail: "belongs to a start with a time only"))
        }
        if !(1...100).contains(request.count) {
            mistakes.append(FieldError(pointer: "/count", detail: "must be 1 to 100"))
        }
        let excluded = moments(request.excluded, "/excluded", like: start, &mistakes)
        let added = moments(request.added, "/added", like: start, &mistakes)
        do {
            let rule = try RecurrenceRule(
                request.rrule,
                start: start ?? .init(year: 2000, month: 1, day: 1, time: .init(hour: 0, minute: 0)),
                isZoned: request.tz != nil)
            guard mistakes.isEmpty, let start else { throw ValidationError(fields: mistakes) }
            var series = Recurrence(rule, start: start, zone: zone)
            series.skip = request.skip
            series.excluded = Set(excluded)
            series.added = added
            return series
        } catch let error as RecurrenceError {
            throw ValidationError(fields: mistakes + [error.field("/rrule")])
        }
    }

    private static func moments(
        _ texts: [String], _ pointer: String, like start: LocalDateTime?, _ mistakes: inout [FieldError]
    ) -> [LocalDateTime] {
        if texts.count > 1000 {
            mistakes.append(FieldError(pointer: pointer, detail: "must have at most 1000 items"))
            return []
        }
        return texts.enumerated().compactMap { index, text in
            if let moment = LocalDateTime(text), start == nil || moment.hasTime == start?.hasTime {
                return moment
            }
            mistakes.append(
                FieldError(pointer: "\(pointer)/\(index)", detail: "must be a local time as the start is"))
            return nil
        }
    }
}
