import FoundationEssentials
import ServiceKit
import TodoDomain

/// How far a change of one instance reaches.
extension Write {
    /// Remembers what the series has for fields that were changed in one instance alone, and forgets it for those that
    /// hold from here on.
    mutating func remember(
        _ task: TodoTask, from before: TodoTask, scope: EditScope?
    ) async throws {
        guard task.recurrence?.seriesId != nil, before.recurrence?.seriesId != nil else { return }
        let changes = task.diff(from: before).filter(\.field.isInherited)
        guard !changes.isEmpty else { return }
        let isRestarted = task.recurrence?.start != before.recurrence?.start
        let old = try await series.base(of: task.id)
        var base = old
        for change in changes {
            let isOwn =
                switch scope {
                case .this?: true
                case .following?, .all?: false
                // A time is of one instance, whatever else is said of all that come.
                case nil: !isRestarted && [.due, .start].contains(change.field)
                }
            if !isOwn {
                base.removeAll { $0.field == change.field }
            } else if !base.contains(where: { $0.field == change.field }) {
                base.append(FieldDiff(change.field, from: change.from, to: nil))
            }
        }
        if base != old { try series.keep(base: base, of: task.id) }
    }

    /// Changes the other instances of a series, or those that came later, as one was changed: texts in all of them, times
    /// and rule in the open ones.
    mutating func spread(_ task: TodoTask, from before: TodoTask, _ scope: EditScope) async throws {
        guard let id = before.recurrence?.seriesId else { return }
        let place = before.recurrence?.position ?? 1
        let texts = task.diff(from: before).filter {
            $0.field.isInherited && ![.due, .start].contains($0.field)
        }
        let others = try await lockAll(.ofSeries(id))
            .filter {
                $0.id != task.id && (scope == .all || ($0.recurrence?.position ?? 1) > place)
            }
        try await rewrite(others) { other in
            other.apply(texts)
            guard other.status == .open else { return }
            guard let rule = task.recurrence else {
                other.recurrence = nil
                return
            }
            other.recurrence?.seriesId = rule.seriesId
            other.recurrence?.position? += (rule.position ?? 1) - place
            other.recurrence?.rrule = rule.rrule
            other.recurrence?.start = rule.start
            other.recurrence?.excluded = rule.excluded
            other.recurrence?.skip = rule.skip
            other.recurrence?.mode = rule.mode
            other.recurrence?.catchUp = rule.catchUp
            guard let from = before.scheduled(due: nil)?.moment, let to = task.due?.moment, from != to,
                let own = other.due?.moment
            else { return }
            other.due?.local = own.moved(from: from, to: to).description
            if let key = other.recurrence?.occurrenceKey.flatMap(LocalDateTime.init) {
                other.recurrence?.occurrenceKey = key.moved(from: from, to: to).description
            }
        }
    }

    /// Moves an instance to the trash: alone, so that the next one comes; with those that came after it; or with all.
    ///
    /// - Parameter scope: nil where nobody said: then the series ends with an open instance, and goes on without a
    ///   completed one.
    mutating func delete(
        _ id: UUID, scope: EditScope?, children: ChildrenPolicy, condition: IfMatch?
    ) async throws -> TodoTask {
        if scope == .this { leaving[id] = .skipped }
        let others = try await lockOthers(leavingWith: id, scope)
        for other in others { leaving[other] = .takenBack }
        let task = try await perform(.delete, on: id, children: children, condition: condition)
        // One that stands below another went with it.
        for other in others where !hasDone(.delete, to: other) {
            _ = try await perform(.delete, on: other, children: children, condition: nil)
        }
        return task
    }

    /// The instances that go to the trash with one, whose series ends by that.
    private mutating func lockOthers(leavingWith id: UUID, _ scope: EditScope?) async throws -> [UUID] {
        guard let scope, scope != .this else { return [] }
        try tasks.lockTree(of: user)
        guard let rule = try await tasks.lock(id, of: user)?.recurrence, let series = rule.seriesId else {
            return []
        }
        leaving[id] = .ended
        let place = rule.position ?? 1
        return try await lockAll(.ofSeries(series))
            .filter { $0.id != id && (scope == .all || ($0.recurrence?.position ?? 1) > place) }
            .map(\.id)
    }

    /// Moves a task to the trash. A completed instance forgets the series that goes with it, so that what it asked for
    /// before does not bring the series back.
    func trash(_ task: inout TodoTask) throws -> TaskChange? {
        guard task.status == .completed, [.ended, .takenBack].contains(leaving[task.id]) else {
            return try task.perform(.delete, at: now)
        }
        var state = task
        (state.deletedAt, state.recurrence) = (now, nil)
        return task.become(state, at: now)
    }
}

extension HistoryField {
    /// Whether the next instance has it from this one.
    var isInherited: Bool {
        ![.parentId, .position, .status, .completedAt, .deletedAt, .recurrence].contains(self)
    }
}
