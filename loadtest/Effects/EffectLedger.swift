import Synchronization

/// Holds acknowledged writes against what the users' streams told: every change exactly once, and how soon.
///
/// Either may come first, the answer or the event, so both are kept until they meet. What never meets is lost, or was
/// somebody else's doing. Everything is bounded by what a run may send.
final class EffectLedger: Sendable {
    /// What became of a run's events, as exact numbers.
    struct Outcome: Sendable {
        /// Changes that had to come.
        var expected = 0
        /// Of them, those that came.
        var arrived = 0
        /// Acknowledged writes whose change never came.
        var missing: [Missing] = []
        var missingCount: Int { expected - arrived }
        /// Changes that one stream told twice.
        var doubled = 0
        /// Numbers of changes that a stream left out.
        var gaps = 0
        /// From the answer to the change; a change that was quicker than the answer counts as no time.
        var delay = LatencyHistogram()
        /// From the planned start of the write to the change: what somebody waits who looks at another screen.
        var fromPlan = LatencyHistogram()
        var reminders = Reminders()
        /// From the completion of a task that comes again to the next one's appearance.
        var followUps = LatencyHistogram()
        /// Completed tasks whose next instance did not come.
        var followUpsMissing = 0
        /// Streams that broke, other than by the platform's word.
        var breaks = 0
        /// What objectives are judged by: warm-up left out. All the other numbers are of the whole run.
        var judged = Judged()
    }

    /// What became of the part of a run that counts.
    struct Judged: Sendable {
        var expected = 0
        var arrived = 0
        var missingCount: Int { expected - arrived }
        var doubled = 0
        var reminders = Reminders()
    }

    struct Missing: Sendable, Equatable {
        var event: ExpectedEvent
        var write: SentRequest
    }

    struct Reminders: Sendable {
        var expected = 0
        var arrived = 0
        var early = 0
        var doubled = 0
        var lateness = LatencyHistogram()
    }

    private struct Pending {
        var write: SentRequest
        var event: ExpectedEvent
    }

    private struct Reading {
        /// The last change that the stream told without a gap before it.
        var last: Int64?
    }

    private struct State {
        var outcome = Outcome()
        var pending: [ExpectedEvent: Pending] = [:]
        var early: [ExpectedEvent: Duration] = [:]
        var streams: [String: Reading] = [:]
        var dueReminders: [String: (due: UInt64, phase: SentRequest.Phase)] = [:]
        var firedReminders: [String: UInt64] = [:]
        var settledReminders: [String: SentRequest.Phase] = [:]
    }

    private let state = Mutex(State())
    private let recorder: RunRecorder?
    private let judgedFrom: Duration
    private let onEffect: @Sendable (Duration) -> Void
    private static let mostEarly = 200_000

    /// - Parameters:
    ///   - judgedFrom: The end of the warm-up.
    ///   - onEffect: Told of each delay between an answer and its change.
    init(
        recorder: RunRecorder? = nil, judgedFrom: Duration = .zero,
        onEffect: @escaping @Sendable (Duration) -> Void = { _ in }
    ) {
        self.recorder = recorder
        self.judgedFrom = judgedFrom
        self.onEffect = onEffect
    }

    /// Changes that are awaited for longer than anybody should wait, and changes that came twice.
    func wrong(before instant: Duration) -> (missing: Int, double: Int) {
        state.withLock { state in
            (state.pending.values.count { $0.write.end < instant }, state.outcome.doubled)
        }
    }

    /// A write was acknowledged.
    func acknowledged(_ write: SentRequest, _ learned: Learned) {
        var delays: [Duration] = []
        state.withLock { state in
            for event in write.eventsExpected {
                state.outcome.expected += 1
                if write.phase == .measured { state.outcome.judged.expected += 1 }
                if let arrival = state.early.removeValue(forKey: event) {
                    delays.append(Self.meet(write, arrival, &state.outcome))
                } else {
                    state.pending[event] = Pending(write: write, event: event)
                }
            }
            if let due = learned.reminderDueUnixNano, let task = learned.taskID {
                state.outcome.reminders(of: write.phase) { $0.expected += 1 }
                if let fired = state.firedReminders.removeValue(forKey: task) {
                    state.outcome.reminders(of: write.phase) { $0.met(due: due, fired: fired) }
                    state.settledReminders[task] = write.phase
                } else {
                    state.dueReminders[task] = (due, write.phase)
                }
            }
        }
        for delay in delays { onEffect(delay) }
        for delay in delays where write.phase == .measured {
            recorder?.recordEvent(delay: delay, of: write.planned)
        }
    }

    /// A stream told of a change; false when it had told of it before.
    @discardableResult
    func arrived(_ event: ExpectedEvent, change: Int64, user: String, at instant: Duration) -> Bool {
        var met: (write: SentRequest, delay: Duration)?
        let isNew = state.withLock { state in
            guard Self.isNext(change, in: &state.streams[user, default: Reading()], &state.outcome) else {
                if instant >= judgedFrom { state.outcome.judged.doubled += 1 }
                return false
            }
            if let pending = state.pending.removeValue(forKey: event) {
                met = (pending.write, Self.meet(pending.write, instant, &state.outcome))
            } else if state.early.count < Self.mostEarly {
                state.early[event] = instant
            }
            return true
        }
        if let met { onEffect(met.delay) }
        if let met, met.write.phase == .measured {
            recorder?.recordEvent(delay: met.delay, of: met.write.planned)
        }
        return isNew
    }

    /// The number of a stream's beginning: what came before it was told to nobody here.
    func began(user: String, after change: Int64) {
        state.withLock { state in
            if state.streams[user]?.last == nil { state.streams[user] = Reading(last: change) }
        }
    }

    /// Where a stream goes on that broke.
    func last(of user: String) -> Int64? { state.withLock { $0.streams[user]?.last } }

    func broke() { state.withLock { $0.outcome.breaks += 1 } }

    /// The stream told of a reminder.
    func reminded(task: String, atUnixNano fired: UInt64) {
        state.withLock { state in
            if let expected = state.dueReminders.removeValue(forKey: task) {
                state.outcome.reminders(of: expected.phase) { $0.met(due: expected.due, fired: fired) }
                state.settledReminders[task] = expected.phase
            } else if let phase = state.settledReminders[task] {
                state.outcome.reminders(of: phase) { $0.doubled += 1 }
            } else {
                state.firedReminders[task] = fired
            }
        }
    }

    /// How many changes and reminders due by an instant are still awaited.
    func awaited(unixNano: UInt64) -> Int {
        state.withLock { state in
            state.pending.count + state.dueReminders.values.count { $0.due <= unixNano }
        }
    }

    /// The end: what has not come by now is lost. Reminders that are not due yet are nobody's loss.
    func outcome(unixNano: UInt64) -> Outcome {
        state.withLock { state in
            var outcome = state.outcome
            for reminder in state.dueReminders.values where reminder.due > unixNano {
                outcome.reminders(of: reminder.phase) { $0.expected -= 1 }
            }
            outcome.missing = state.pending.values.map { Missing(event: $0.event, write: $0.write) }
                .sorted { $0.write.planned < $1.write.planned }
            return outcome
        }
    }

    private static func meet(
        _ write: SentRequest, _ arrival: Duration, _ outcome: inout Outcome
    ) -> Duration {
        outcome.arrived += 1
        let delay = max(.zero, arrival - write.end)
        if write.phase == .measured {
            outcome.judged.arrived += 1
            outcome.delay.record(delay)
            outcome.fromPlan.record(arrival - write.planned)
        }
        return delay
    }

    private static func isNext(_ change: Int64, in stream: inout Reading, _ outcome: inout Outcome) -> Bool {
        if let last = stream.last {
            guard change > last else {
                outcome.doubled += 1
                return false
            }
            outcome.gaps += Int(change - last - 1)
        }
        stream.last = change
        return true
    }
}

extension EffectLedger.Outcome {
    /// Counts a reminder of a phase: among all of the run, and among those that are judged.
    fileprivate mutating func reminders(
        of phase: SentRequest.Phase, _ count: (inout EffectLedger.Reminders) -> Void
    ) {
        count(&reminders)
        if phase == .measured { count(&judged.reminders) }
    }
}

extension EffectLedger.Reminders {
    fileprivate mutating func met(due: UInt64, fired: UInt64) {
        arrived += 1
        if fired < due {
            early += 1
        } else {
            lateness.record(.nanoseconds(Int64(clamping: fired - due)))
        }
    }
}
