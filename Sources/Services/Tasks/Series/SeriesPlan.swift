import FoundationEssentials
import ServiceKit
import TodoDomain

/// What a change of one instance means for its series: where a rule begins, and what becomes of it when the rule or the
/// time of an instance changes.
struct SeriesPlan {
    let zones: any ZoneSource
    /// Names a series that begins.
    let newID: () -> UUID

    /// A task that begins a series: it moves to the rule's first occurrence.
    func begun(_ task: TodoTask) throws -> TodoTask {
        var task = task
        guard var rule = task.recurrence, let due = task.due else { return task }
        rule.start = nil
        guard let series = rule.series(like: due, zones: zones) else { throw Self.unknownZone }
        let aligned = try located("/recurrence/rrule") { () throws(RecurrenceError) in try series.aligned() }
        rule.take(aligned)
        (rule.seriesId, rule.position, rule.version) = (newID(), 1, 1)
        rule.occurrenceKey = aligned.start.description
        task.due?.local = aligned.start.description
        task.recurrence = rule
        return task
    }

    /// An instance as a patch leaves it, with the series as the scope has it.
    ///
    /// - Parameter scope: nil where nobody said: then a new time is of this instance alone, and a new rule holds from it
    ///   on.
    func settled(_ state: TodoTask, from before: TodoTask, scope: EditScope?) throws -> TodoTask {
        guard let rule = state.recurrence else {
            if before.recurrence != nil, scope == .this { throw Self.noRuleOfItsOwn }
            return state
        }
        guard let old = before.recurrence, old.seriesId != nil else { return try begun(state) }
        let isOtherRule = rule.rrule != old.rrule || rule.skip != old.skip
        if scope == .this, !rule.comes(as: old) { throw Self.noRuleOfItsOwn }
        guard isOtherRule || (scope ?? .this) != .this && state.due != before.due else { return state }
        let reach = scope ?? .following
        if isOtherRule || rule.mode == .completion || !isSameClock(state.due, before.due) {
            return try restarted(state, from: before, isOtherRule: isOtherRule, reach)
        }
        return try moved(state, from: before, reach)
    }

    /// The series from a new due time, or with a new rule.
    private func restarted(
        _ state: TodoTask, from before: TodoTask, isOtherRule: Bool, _ scope: EditScope
    ) throws -> TodoTask {
        guard let old = before.recurrence, let due = state.due else { return state }
        var task = state
        if isOtherRule, state.due == before.due, scope == .all, let rule = task.recurrence {
            guard let series = rule.series(like: due, zones: zones) else { throw Self.unknownZone }
            let whole = try located("/recurrence/rrule") { () throws(RecurrenceError) in
                try series.aligned()
            }
            let here = LocalDateTime(old.occurrenceKey ?? due.local) ?? whole.start
            var walk = whole.walk()
            var next = walk.next()
            while let found = next, found.local < here { next = walk.next() }
            guard let next else {
                throw ValidationError("/recurrence/rrule", "the rule yields nothing from here on")
            }
            task.recurrence?.take(whole)
            task.recurrence?.occurrenceKey = next.local.description
            task.due?.local = next.local.description
            return task
        }
        task = try begun(state)
        task.recurrence?.previousId = old.previousId
        if scope == .all || (old.position ?? 1) == 1 {
            task.recurrence?.seriesId = old.seriesId
            task.recurrence?.position = old.position
            task.recurrence?.version = old.version
        } else if !isOtherRule {
            // Counted from completions, a new series goes on counting: COUNT is of all of them.
            task.recurrence?.position = old.position
        }
        return task
    }

    /// All that is left of the series, or all of it, by the distance that the instance was moved.
    private func moved(_ state: TodoTask, from before: TodoTask, _ scope: EditScope) throws -> TodoTask {
        guard let old = before.recurrence, let due = state.due, let new = due.moment,
            let key = LocalDateTime(old.occurrenceKey ?? before.due?.local ?? due.local),
            let series = old.series(like: due, zones: zones)
        else { throw Self.unknownZone }
        var task = state
        let edit = try located("/due") { () throws(RecurrenceError) in
            try series.rescheduling(key, to: new, scope: scope)
        }
        guard let whole = edit.split ?? edit.kept else { return state }
        task.recurrence?.take(whole)
        task.recurrence?.occurrenceKey = new.description
        task.due?.local = new.description
        if edit.split != nil, edit.kept != nil {
            task.recurrence?.seriesId = newID()
            task.recurrence?.position = 1
            task.recurrence?.version = 1
        }
        return task
    }

    private func isSameClock(_ one: DueTime?, _ other: DueTime?) -> Bool {
        one?.kind == other?.kind && one?.tz == other?.tz
    }

    private func located<T>(_ pointer: String, _ work: () throws(RecurrenceError) -> T) throws -> T {
        do throws(RecurrenceError) {
            return try work()
        } catch {
            throw ValidationError(fields: [error.field(pointer)])
        }
    }

    private static var unknownZone: ValidationError {
        ValidationError("/due/tz", "is not a zone of the IANA time zone database")
    }

    private static var noRuleOfItsOwn: ValidationError {
        ValidationError("/recurrence", "one occurrence has no rule of its own: say following or all")
    }
}
