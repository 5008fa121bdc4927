import Testing

@testable import todo_load

struct ChecksReconciliationTests {
    private static let created = "todo.task.created.v1"
    private static let updated = "todo.task.updated.v1"

    @Test func `every write with its effect is exact`() {
        let run = ChecksSketch.run([
            ChecksSketch.request(1, task: "a", events: [Self.created]),
            ChecksSketch.request(2, at: .milliseconds(50), task: "a", events: [Self.updated]),
        ])
        let state = Reconciliation(
            run,
            entries: [
                ChecksSketch.entry(1, Self.created, of: "a", at: 5),
                ChecksSketch.entry(2, Self.updated, of: "a", at: 55),
            ])
        #expect(state.isExact && state.expected == 2 && state.found == 2)
        #expect(ReconciliationCheck().result(state).verdict == .passed)
    }

    @Test func `of three changes the one that lost its effect is named by its trace`() {
        let run = ChecksSketch.run(
            (1...3).map {
                ChecksSketch.request(
                    $0, "change task", at: .milliseconds(100 * $0), task: "a", events: [Self.updated])
            })
        let state = Reconciliation(
            run, entries: [1, 3].map { ChecksSketch.entry($0, Self.updated, of: "a", at: 100 * $0 + 3) })
        #expect(state.missing.map(\.traceID) == [run.requests[1].traceID])
        let result = ReconciliationCheck().result(state)
        #expect(result.verdict == .failed)
        #expect(result.summary == "3 effects expected, 2 found, 1 missing, 0 too many")
        #expect(result.findings.map(\.traceID) == [run.requests[1].traceID])
    }

    @Test func `effects that are too many are counted, unless a request without an answer explains them`() {
        let entries = (1...3).map { ChecksSketch.entry($0, Self.updated, of: "a", at: $0) }
        let write = ChecksSketch.request(1, "change task", "PATCH", task: "a", events: [Self.updated])
        let plain = Reconciliation(ChecksSketch.run([write]), entries: entries)
        #expect(plain.surplusCount == 2 && plain.missing.isEmpty && !plain.isExact)
        let silent = ChecksSketch.request(2, "change task", "PATCH", status: nil, task: "a")
        let doubtful = Reconciliation(ChecksSketch.run([write, silent]), entries: entries)
        #expect(doubtful.surplus.isEmpty && doubtful.unanswered == 2 && doubtful.isExact)
    }

    @Test func `an event that is recorded twice is a fault of the trail`() {
        let run = ChecksSketch.run([ChecksSketch.request(1, task: "a", events: [Self.created])])
        let entry = ChecksSketch.entry(1, Self.created, of: "a", at: 3)
        let state = Reconciliation(run, entries: [entry, entry])
        #expect(state.repeatedIDs == 1 && !state.isExact)
    }

    @Test func `one request that wrote many things counts each of them`() {
        var bulk = ChecksSketch.request(1, "bulk create")
        bulk.eventsExpected = (0..<20).map {
            ExpectedEvent(kind: Self.created, subject: "t\($0)", version: 1)
        }
        let entries = (0..<18).map { ChecksSketch.entry($0, Self.created, of: "t\($0)", at: 4) }
        let state = Reconciliation(ChecksSketch.run([bulk]), entries: entries)
        #expect(state.expected == 20 && state.missing.map(\.subject) == ["t18", "t19"])
    }
}
