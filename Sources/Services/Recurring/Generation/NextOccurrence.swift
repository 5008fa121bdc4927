import FoundationEssentials
import TodoDomain

/// Counts what comes after a completed instance.
enum NextOccurrence {
    /// The due time of the next instance, of the same kind and in the same zone; nil when the rule has none left.
    ///
    /// - Throws: what is wrong with the rule.
    static func due(
        after wanted: OccurrenceDue, userZone: String, zones: any ZoneSource
    ) throws(RecurrenceError) -> DueTime? {
        guard let due = wanted.due, let moment = due.moment else {
            throw RecurrenceError("an instance without a due time has none that follows")
        }
        let series = try wanted.series.recurrence(zones: zones)
        let next = series.next(
            after: moment, completedAt: Int64(wanted.completedAt.timeIntervalSince1970.rounded(.down)),
            userZone: zones.zone(named: userZone) ?? .utc, position: wanted.position.map { Int($0) })
        return next.map { DueTime(kind: due.kind, local: $0.local.description, tz: due.tz) }
    }
}

extension RecurrenceSeries {
    /// How often it comes, in one word of a bounded set.
    var pace: String {
        guard let rule = try? RecurrenceRule(rrule), rule.interval == 1 else { return "custom" }
        return switch rule.frequency {
        case .daily: "daily"
        case .weekly: "weekly"
        case .monthly: "monthly"
        case .yearly: "yearly"
        case .hourly, .minutely: "custom"
        }
    }
}
