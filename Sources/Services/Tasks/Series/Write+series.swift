import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import TodoDomain

/// What else a write of an instance means: the next one is asked for, or taken back, and the series is told of.
extension Write {
    /// Why an instance leaves without being completed.
    enum Leaving {
        /// Left out by its owner: the next one comes.
        case skipped
        /// The series ends with it.
        case ended
        /// Goes because another one does, or is open again: of the series nothing is told.
        case takenBack
    }

    var series: SeriesStore { SeriesStore(transaction: transaction, user: user) }

    var seriesPlan: SeriesPlan {
        SeriesPlan(zones: OwnerView.current?.zones ?? NoZones(), newID: identifiers.next)
    }

    /// Follows a write of a task, in the same transaction.
    mutating func follow(_ task: TodoTask, from before: TodoTask) async throws {
        guard (task.recurrence ?? before.recurrence)?.seriesId != nil else { return }
        switch (before.place, task.place) {
        case (.open, .completed):
            if let moment = task.completedAt { try await askForNext(after: task, leftAt: moment) }
        case (.completed, .open), (.trash, .open):
            try await takeBackNext(after: task)
        case (.open, .trash):
            switch leaving[task.id] {
            case .skipped:
                if let moment = task.deletedAt { try await askForNext(after: task, leftAt: moment) }
            case .takenBack: break
            case .ended, nil: try await tellEnd(of: task.recurrence, .removed)
            }
        default: break
        }
        try await tellChange(of: task, from: before)
    }

    private mutating func askForNext(after task: TodoTask, leftAt moment: Date) async throws {
        guard let rule = task.recurrence, var series = RecurrenceSeries(task) else { return }
        let base = try await self.series.base(of: task.id)
        let due = task.scheduled(due: base.due)
        series.tz = due?.tz
        let key = rule.occurrenceKey ?? due?.local ?? ""
        try await announce(
            EventType.occurrenceDue, series: series.id.uuid, version: series.version,
            payload: OccurrenceDue(
                series: series,
                // Asked again after an undo, it is another question: the version tells them apart.
                occurrenceKey: "\(series.id.uuid.lowercased)/\(key)/\(task.version)",
                taskID: EntityID(task.id), due: due, completedAt: moment, position: rule.position))
    }

    /// The next instance goes, unless somebody has touched it.
    private mutating func takeBackNext(after task: TodoTask) async throws {
        for next in try await series.lockSuccessors(of: task.id)
        where next.version == 1 && next.status == .open && next.subtasks == nil {
            var gone = next
            leaving[next.id] = .takenBack
            let change = try gone.perform(.delete, at: now)
            try await update(gone, from: next, change)
        }
    }

    // MARK: Telling

    /// Tells of a series that begins with a task.
    mutating func tellBeginning(of task: TodoTask) async throws {
        guard let series = RecurrenceSeries(task), task.recurrence?.previousId == nil else { return }
        try await tell(EventType.seriesCreated, series)
    }

    private mutating func tellChange(of task: TodoTask, from before: TodoTask) async throws {
        let old = before.recurrence
        if old?.seriesId != nil, old?.seriesId != task.recurrence?.seriesId,
            leaving[task.id] != .takenBack
        {
            try await tellEnd(of: old, .removed)
        }
        guard let series = RecurrenceSeries(task), let rule = task.recurrence else { return }
        if old?.seriesId != rule.seriesId {
            // A completed one that comes back from the trash remembers its series again, and begins none.
            guard before.place != .trash || task.place == .open else { return }
            try await tell(EventType.seriesCreated, series)
        } else if old.map({ !rule.comes(as: $0) }) ?? true || before.place == .trash && task.place == .open {
            try await tell(EventType.seriesChanged, series)
        }
    }

    mutating func tellEnd(of rule: TaskRecurrence?, _ reason: SeriesEnded.Reason) async throws {
        guard let rule, let id = rule.seriesId else { return }
        try await announce(
            EventType.seriesEnded, series: id, version: rule.version ?? 1,
            payload: SeriesEnded(seriesID: EntityID(id), reason: reason))
    }

    private func tell(_ type: String, _ series: RecurrenceSeries) async throws {
        try await announce(
            type, series: series.id.uuid, version: series.version, payload: SeriesSnapshot(series: series))
    }

    private func announce(
        _ type: String, series: UUID, version: Int64, payload: some Encodable
    ) async throws {
        let key = series.lowercased
        try await outbox.append(
            OutgoingEvent(
                topic: Topic.recurring, type: type, subject: key, partitionKey: key, sequence: version,
                userID: user.lowercased, actor: writer.actor.rawValue, payload: payload), in: transaction)
    }
}

/// Where nobody lent any.
private struct NoZones: ZoneSource {
    func zone(named name: String) -> ZoneRules? { nil }
}

extension [FieldDiff] {
    /// The due time that the series has, where that is not the instance's own.
    var due: DueTime? {
        guard case .due(let due)? = first(where: { $0.field == .due })?.from else { return nil }
        return due
    }
}
