import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import TodoDomain
import Tracing

/// What came of an attempt to fire.
enum FiringOutcome: String, Sendable {
    case fired
    /// Somebody else did, or it was taken away.
    case settled
    /// Its time has not come: it was moved, or clocks differ.
    case early
    /// It is due, but what to tell is not known yet.
    case held
}

/// A reminder whose task's events have not come; the sidecar is to come again.
struct ReminderHeld: Error {}

extension ReminderOperations {
    /// Clocks of machines differ by a little; what is further off was moved.
    private static let skew: TimeInterval = 5
    /// How long telling is of use. A digest may be a day of 25 hours away and a quiet time begin there that ends as
    /// much later; what expired before would be lost for those who chose both.
    private static let usefulness: TimeInterval = 2 * 86_400 + 2 * 3600

    /// A job has come. Whatever it was planned for, the row decides.
    func fire(byJob name: String) async throws {
        guard let id = ReminderJob.reminder(named: name) else { throw JobRejected(reason: "bad_name") }
        guard let candidate = try await FiringStore.candidate(id, on: database) else { return }
        switch try await fire(candidate, by: .job) {
        case .fired, .settled: break
        case .held: throw ReminderHeld()
        case .early:
            // Never early by our own clock; the sidecar's may be ahead of it.
            let ahead = candidate.fireAt.map { $0.timeIntervalSince(now()) } ?? 0
            guard ahead <= Self.skew else { return ReminderMetrics.job("stale") }
            try await Task.sleep(for: .seconds(max(ahead, 0) + 0.001))
            _ = try await fire(candidate, by: .job)
        }
    }

    /// Fires a reminder unless somebody else did: in a trace of its own, linked to what set it and to what woke us.
    func fire(_ candidate: Candidate, by trigger: ReminderFired.Trigger) async throws -> FiringOutcome {
        guard candidate.state == .waiting, let fireAt = candidate.fireAt else { return .settled }
        guard fireAt <= now() else { return .early }
        let caller = InstrumentationContext.current
        return try await withSpan("fire reminder", context: .topLevel, ofKind: .internal) { span in
            span.attributes["todo.reminder.id"] = candidate.id.lowercased
            span.attributes["todo.task.id"] = candidate.taskID.lowercased
            span.attributes["todo.reminder.trigger"] = trigger.rawValue
            if candidate.carrier.traceparent != nil {
                span.addLink(
                    SpanLink(
                        context: candidate.carrier.context(), attributes: ["todo.link.reason": "scheduled"]))
            }
            if let caller, TraceCarrier.current().traceparent != nil {
                span.addLink(SpanLink(context: caller, attributes: ["todo.link.reason": "woken"]))
            }
            let outcome = try await claim(candidate, by: trigger)
            span.attributes["todo.reminder.outcome"] = outcome.rawValue
            return outcome
        }
    }

    private func claim(_ candidate: Candidate, by trigger: ReminderFired.Trigger) async throws
        -> FiringOutcome
    {
        do {
            let now = now()
            let fired = try await database.transaction { transaction -> FiredReminder? in
                guard let fired = try await FiringStore.claim(candidate.id, at: now, in: transaction) else {
                    return nil
                }
                try await tell(fired, by: trigger, at: now, in: transaction)
                return fired
            }
            if let fired {
                let late = now.timeIntervalSince(fired.dueAt)
                if late < 0 { ReminderMetrics.count(.early) }
                ReminderMetrics.fired(trigger.rawValue, late: late)
                return .fired
            }
            let current = try await FiringStore.candidate(candidate.id, on: database)
            guard let current, current.state == .waiting, let fireAt = current.fireAt else { return .settled }
            return fireAt <= now ? .held : .early
        } catch {
            if !Task.isCancelled { ReminderMetrics.count(.failed) }
            throw error
        }
    }

    /// Asks for the notification and says that the reminder fired.
    private func tell(
        _ fired: FiredReminder, by trigger: ReminderFired.Trigger, at now: Date,
        in transaction: PostgresTransaction
    ) async throws {
        var values: [String: String] = [:]
        values["title"] = fired.title
        values["due"] = fired.due?.local.replacing("T", with: " ")
        let notification = ReminderIdentity.notification(of: fired.id, dueAt: fired.dueAt)
        let user = fired.userID.lowercased
        try await outbox.append(
            OutgoingEvent(
                topic: Topic.notifications, type: EventType.notificationRequested,
                subject: notification.lowercased, partitionKey: user, sequence: 1, userID: user,
                actor: "service",
                payload: NotificationRequested(
                    notificationID: EntityID(notification), template: .reminder,
                    taskID: EntityID(fired.taskID), reminderID: EntityID(fired.id), values: values,
                    expiresAt: now.addingTimeInterval(Self.usefulness))), in: transaction)
        try await outbox.append(
            OutgoingEvent(
                topic: Topic.reminders, type: EventType.reminderFired, subject: fired.id.lowercased,
                partitionKey: fired.taskID.lowercased, sequence: fired.sequence, userID: user,
                actor: "service",
                payload: ReminderFired(
                    reminderID: EntityID(fired.id), taskID: EntityID(fired.taskID), dueAt: fired.dueAt,
                    firedAt: now, trigger: trigger)), in: transaction)
    }
}
