import OTLP
import Testing

@testable import todo_load

struct EffectLedgerTests {
    private let ledger = EffectLedger()

    private func write(
        _ subject: String, at end: Duration = .milliseconds(10), version: Int64 = 1,
        phase: SentRequest.Phase = .measured
    ) -> SentRequest {
        SentRequest(
            number: 0, operation: "create task", scenario: "crud", phase: phase, user: "u",
            method: "POST",
            route: "/api/v1/tasks", planned: .zero, sent: .zero, end: end, status: 201, error: nil,
            isExpected: true, traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), taskID: subject,
            eventsExpected: [ExpectedEvent(kind: EventKind.created, subject: subject, version: version)])
    }

    private func event(_ subject: String) -> ExpectedEvent {
        ExpectedEvent(kind: EventKind.created, subject: subject, version: 1)
    }

    @Test func `a change may come before its answer or after it`() throws {
        ledger.began(user: "u", after: 40)
        ledger.acknowledged(write("a"), Learned())
        ledger.arrived(event("a"), change: 41, user: "u", at: .milliseconds(35))
        ledger.arrived(event("b"), change: 42, user: "u", at: .milliseconds(8))
        ledger.acknowledged(write("b"), Learned())
        let outcome = ledger.outcome(unixNano: 0)
        #expect(outcome.expected == 2 && outcome.arrived == 2 && outcome.missing.isEmpty)
        #expect(outcome.doubled == 0 && outcome.gaps == 0)
        let longest = try #require(outcome.delay.longest)
        #expect(abs(longest.inMilliseconds - 25) < 0.1 && outcome.delay.percentile(1) == .zero)
    }

    @Test
    func `what does not come is missing by name, what comes twice is double, what is left out is a gap`() {
        ledger.began(user: "u", after: 0)
        for subject in ["a", "b", "c"] { ledger.acknowledged(write(subject), Learned()) }
        ledger.arrived(event("a"), change: 1, user: "u", at: .milliseconds(20))
        ledger.arrived(event("a"), change: 1, user: "u", at: .milliseconds(21))
        ledger.arrived(event("c"), change: 3, user: "u", at: .milliseconds(22))
        #expect(ledger.awaited(unixNano: 0) == 1)
        let outcome = ledger.outcome(unixNano: 0)
        #expect(outcome.missingCount == 1 && outcome.missing.map(\.event.subject) == ["b"])
        #expect(outcome.doubled == 1 && outcome.gaps == 1)
    }

    @Test func `a stream that comes back goes on where it was`() {
        ledger.began(user: "u", after: 5)
        ledger.arrived(event("a"), change: 6, user: "u", at: .zero)
        ledger.began(user: "u", after: 9)
        #expect(ledger.last(of: "u") == 6)
        ledger.arrived(event("b"), change: 7, user: "u", at: .zero)
        #expect(ledger.outcome(unixNano: 0).gaps == 0)
    }

    @Test func `warm-up is in the exact numbers, and objectives do not know of it`() {
        let ledger = EffectLedger(judgedFrom: .seconds(1))
        ledger.began(user: "u", after: 0)
        let second: UInt64 = 1_000_000_000
        for (task, phase) in [("warm", SentRequest.Phase.warmUp), ("lost", .warmUp), ("real", .measured)] {
            var learned = Learned(taskID: task)
            learned.reminderDueUnixNano = 10 * second
            ledger.acknowledged(write(task, phase: phase), learned)
        }
        ledger.arrived(event("warm"), change: 1, user: "u", at: .milliseconds(20))
        ledger.arrived(event("warm"), change: 1, user: "u", at: .milliseconds(30))
        ledger.arrived(event("real"), change: 2, user: "u", at: .seconds(2))
        ledger.arrived(event("real"), change: 2, user: "u", at: .seconds(3))
        for task in ["warm", "warm", "real"] { ledger.reminded(task: task, atUnixNano: 11 * second) }
        let outcome = ledger.outcome(unixNano: 50 * second)
        #expect(outcome.expected == 3 && outcome.missingCount == 1 && outcome.doubled == 2)
        #expect(outcome.reminders.expected == 3 && outcome.reminders.arrived == 2)
        #expect(outcome.reminders.doubled == 1)
        let judged = outcome.judged
        #expect(judged.expected == 1 && judged.missingCount == 0 && judged.doubled == 1)
        #expect(judged.reminders.expected == 1 && judged.reminders.arrived == 1)
        #expect(judged.reminders.doubled == 0 && judged.reminders.lateness.count == 1)
    }

    @Test func `reminders are late, early, double or not due yet`() {
        let second: UInt64 = 1_000_000_000
        for (task, due) in [("late", 10), ("early", 20), ("twice", 30), ("never", 40), ("later", 99)] {
            var learned = Learned(taskID: task)
            learned.reminderDueUnixNano = UInt64(due) * second
            ledger.acknowledged(write(task), learned)
        }
        ledger.reminded(task: "late", atUnixNano: 12 * second)
        ledger.reminded(task: "early", atUnixNano: 19 * second)
        ledger.reminded(task: "twice", atUnixNano: 30 * second)
        ledger.reminded(task: "twice", atUnixNano: 31 * second)
        let reminders = ledger.outcome(unixNano: 50 * second).reminders
        #expect(reminders.expected == 4 && reminders.arrived == 3)
        #expect(reminders.early == 1 && reminders.doubled == 1 && reminders.lateness.count == 2)
    }
}
