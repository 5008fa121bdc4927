import EventFlow
import FoundationEssentials
import Metrics
import Postgres
import TodoDomain

/// The use cases; everything that depends on time gets it from here.
struct ReminderOperations: Sendable {
    let database: PostgresClient
    let outbox: Outbox
    let zones: any ZoneSource
    var now: @Sendable () -> Date = { Date() }

    /// What the worker of jobs listens to.
    static let wakeChannel = "reminders_changed"
    /// Who says "now" means the minute that has begun.
    static let grace: TimeInterval = 60

    /// Keeps a reminder as a write left it; one that is older than what is known changes nothing.
    ///
    /// - Parameter writtenAt: when the owner said so, by which is judged what is past: what was missed because nobody
    ///   ran here is late, not past.
    func keep(
        _ snapshot: ReminderSnapshot, type: String, of user: UUID, sequence: Int64, writtenAt: Date?,
        in transaction: PostgresTransaction
    ) async throws {
        guard let person = try await PersonStore.hold(user, in: transaction) else { return }
        let (state, instant) = standing(
            of: snapshot, type: type, person: person, writtenAt: writtenAt ?? now())
        let isNew = try await ReminderStore.keep(
            KeptReminder(
                id: snapshot.reminder.id.uuid, userID: user, taskID: snapshot.reminder.taskID.uuid,
                sequence: sequence, snapshot: snapshot, state: state, fireAt: instant,
                carrier: TraceCarrier.current()),
            at: now(), in: transaction)
        guard isNew else { return }
        transaction.notifyAfterCommit(channel: Self.wakeChannel)
        switch state {
        case .waiting: ReminderMetrics.count(.scheduled)
        case .passed: ReminderMetrics.count(.passed)
        case .cancelled: ReminderMetrics.count(.cancelled)
        default: break
        }
    }

    private func standing(
        of snapshot: ReminderSnapshot, type: String, person: Person, writtenAt: Date
    ) -> (ReminderState, Date?) {
        let instant = instant(of: snapshot, person)
        if type == EventType.reminderCancelled { return (.cancelled, instant) }
        guard let instant else { return (.idle, nil) }
        return (instant < writtenAt.addingTimeInterval(-Self.grace) ? .passed : .waiting, instant)
    }

    /// When it fires by the owner's settings as they are here.
    func instant(of snapshot: ReminderSnapshot, _ person: Person) -> Date? {
        if let until = snapshot.reminder.snoozedUntil { return until }
        let clock = ReminderClock(
            zones: zones, timeZone: person.timeZone, defaultReminderTime: person.defaultReminderTime)
        return snapshot.reminder.moment.flatMap {
            clock.instant(of: $0, due: snapshot.due, start: snapshot.start)
        }
    }

    // MARK: Users

    /// Takes over settings and derives anew what waits. What a change moves into the past is late, not past: it fires at
    /// once, because nobody took it away.
    func adopt(
        _ settings: UserSettings, of user: UUID, sequence: Int64, in transaction: PostgresTransaction
    ) async throws {
        guard try await PersonStore.keep(settings, of: user, sequence: sequence, in: transaction) else {
            return
        }
        var last: UUID?
        while true {
            let rows = try await ReminderStore.waiting(of: user, after: last, upTo: 500, in: transaction)
            try await rederive(rows, in: transaction)
            last = rows.last?.id
            if rows.count < 500 { break }
        }
        transaction.notifyAfterCommit(channel: Self.wakeChannel)
    }

    /// Derives rows anew that wait and are locked; how many have moved.
    @discardableResult
    func rederive(_ rows: [WaitingReminder], in transaction: PostgresTransaction) async throws -> Int {
        var moved: [(UUID, Date)] = []
        for row in rows {
            guard let instant = instant(of: row.snapshot, row.person), instant != row.fireAt else { continue }
            moved.append((row.id, instant))
        }
        guard !moved.isEmpty else { return 0 }
        try await ReminderStore.move(moved, in: transaction)
        Counter(label: "todo.reminders.rederived").increment(by: moved.count)
        return moved.count
    }

    /// Everything of the user goes; rows whose job has still to be deleted go with it.
    func forget(_ user: UUID, in transaction: PostgresTransaction) async throws {
        try await PersonStore.erase(user, in: transaction)
        try await TaskStore.remove(of: user, in: transaction)
        try await ReminderStore.erase(of: user, in: transaction)
        try await DeadLetters.forget(user: user.lowercased, schema: Reminders.schema, in: transaction)
        transaction.notifyAfterCommit(channel: Self.wakeChannel)
    }
}
