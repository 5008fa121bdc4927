public import FoundationEssentials

/// What a task's recurrence means by the clock: the series, and where in it the task stands.
extension TodoTask {
    /// The series that the task is an instance of; nil for a task that comes once, or whose zone nobody knows.
    public func series(zones: any ZoneSource) -> Recurrence? {
        guard let recurrence, let due else { return nil }
        return recurrence.series(like: due, zones: zones)
    }

    /// When the rule has this instance, in its owner's terms, wherever the instance itself was moved.
    ///
    /// - Parameter due: what the series has for its instances where this one has something else.
    public func scheduled(due: DueTime?) -> DueTime? {
        guard var time = due ?? self.due else { return nil }
        if let key = recurrence?.occurrenceKey { time.local = key }
        return time
    }

    /// A task as it is to come next: open, at another time, everything at the same distance from it as before.
    ///
    /// - Parameter scheduled: when the rule has this one.
    public func next(_ id: UUID, due new: DueTime, after scheduled: DueTime, at now: Date) -> TodoTask {
        var task = self
        task.id = id
        (task.status, task.completedAt, task.deletedAt) = (.open, nil, nil)
        (task.version, task.createdAt, task.updatedAt, task.subtasks) = (1, now, now, nil)
        task.due = new
        if let old = scheduled.moment, let moved = new.moment, let begin = start?.moment {
            task.start?.local = begin.moved(from: old, to: moved).description
        }
        task.reminders = nextReminders(of: id, from: scheduled.moment, to: new.moment)
        task.position = OrderKey.initial(for: id)
        task.recurrence?.occurrenceKey = new.local
        task.recurrence?.previousId = self.id
        task.recurrence?.position = TaskRecurrence.counted(after: recurrence?.position)
        return task
    }

    /// The reminders of the task that comes next: others, although they say the same. Those of a moment of their own
    /// move along with the task.
    private func nextReminders(
        of next: UUID, from old: LocalDateTime?, to new: LocalDateTime?
    ) -> [TaskReminder] {
        reminders.enumerated().map { index, reminder in
            var moment = reminder.moment
            if case .at(let local, let tz) = moment, let at = LocalDateTime(local), let old, let new {
                moment = .at(local: at.moved(from: old, to: new).description, tz: tz)
            }
            return TaskReminder(
                id: ReminderIdentity.reminder(of: next, version: 1, index: index), moment: moment)
        }
    }
}

extension TaskRecurrence {
    /// The rule with its start, for a due time of this kind.
    public func series(like due: DueTime, zones: any ZoneSource) -> Recurrence? {
        guard let start = LocalDateTime(start ?? due.local),
            let rule = try? RecurrenceRule(rrule, start: start, isZoned: due.kind == .zoned)
        else { return nil }
        var zone: ZoneRules?
        if due.kind == .zoned {
            guard let found = due.tz.flatMap(zones.zone) else { return nil }
            zone = found
        }
        var series = Recurrence(rule, start: start, zone: zone)
        (series.mode, series.skip, series.catchUp) = (mode, skip, catchUp)
        series.excluded = Set((excluded ?? []).compactMap(LocalDateTime.init))
        return series
    }

    /// Takes over what a series became.
    public mutating func take(_ series: Recurrence) {
        rrule = series.rule.description
        start = series.start.description
        excluded = series.excluded.isEmpty ? nil : series.excluded.map(\.description).sorted()
    }
}

extension RecurrenceSeries {
    /// A series as its newest instance has it; nil for a task that was never one.
    public init?(_ task: TodoTask) {
        guard let rule = task.recurrence, let id = rule.seriesId else { return nil }
        self.init(
            id: EntityID(id), taskID: EntityID(task.id), rrule: rule.rrule,
            start: rule.start ?? task.due?.local ?? "", tz: task.due?.tz, mode: rule.mode, skip: rule.skip,
            catchUp: rule.catchUp, excluded: rule.excluded, version: rule.version ?? 1)
    }

    /// The rule by the clock.
    ///
    /// - Throws: what is wrong with the rule, or that nobody knows its zone.
    public func recurrence(zones: any ZoneSource) throws(RecurrenceError) -> Recurrence {
        guard let start = LocalDateTime(start) else { throw RecurrenceError("the start is no local time") }
        let rule = try RecurrenceRule(rrule, start: start, isZoned: tz != nil)
        let zone = tz.flatMap(zones.zone)
        guard tz == nil || zone != nil else { throw RecurrenceError("nobody knows the zone") }
        var series = Recurrence(rule, start: start, zone: zone)
        (series.mode, series.skip, series.catchUp) = (mode, skip, catchUp)
        series.excluded = Set((excluded ?? []).compactMap(LocalDateTime.init))
        return series
    }
}
