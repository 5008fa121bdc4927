import Foundation
import ServiceObjectives
import Testing

@testable import todo_load

struct ObjectiveTests {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func objectives() throws -> ServiceObjectives {
        try ServiceObjectives(json: try Data(contentsOf: Self.root.appending(path: "loadtest/slo.json")))
    }

    private func operation(
        _ route: String, fast: Int = 0, slow: Int = 0, failed: Int = 0, slowness: Duration = .seconds(3)
    ) -> RunRecorder.Operation {
        var operation = RunRecorder.Operation(
            name: "x", scenario: "crud", method: "GET", route: route)
        for _ in 0..<fast {
            operation.latency.record(planned: .zero, sent: .zero, end: .milliseconds(20))
        }
        for _ in 0..<slow { operation.latency.record(planned: .zero, sent: .zero, end: slowness) }
        operation.count = fast + slow + failed
        operation.failed = failed
        return operation
    }

    private func verdicts(_ view: ClientView) throws -> [String: ObjectiveVerdict] {
        let all = ObjectiveJudge(view: view).verdicts(try objectives())
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    }

    @Test func `every objective of the file is one that this client can judge`() throws {
        let view = ClientView(operations: [], effects: EffectLedger.Outcome())
        for verdict in try verdicts(view).values {
            #expect(verdict.standing == .notJudged("nothing of the kind happened"), "\(verdict.name)")
        }
    }

    @Test func `latencies are judged by the routes and limits of their objectives`() throws {
        let view = ClientView(
            operations: [
                operation("/api/v1/tasks", fast: 990, slow: 10), operation("/api/v1/tasks/{id}", fast: 100),
                operation("/api/v1/tasks/search", fast: 98, slow: 2),
                operation("/api/v1/tasks/bulk", slow: 50), operation("/api/v1/chat", fast: 1, slow: 19),
            ], effects: EffectLedger.Outcome())
        let verdicts = try verdicts(view)
        let tasks = try #require(verdicts["task-latency"])
        #expect(tasks.standing == .met && tasks.good == 1090 && tasks.total == 1100)
        let search = try #require(verdicts["search-latency"])
        #expect(search.standing == .missed && search.budgetUsed > 1.9 && search.budgetUsed < 2.1)
        #expect(verdicts["chat-latency"]?.standing == .met)
    }

    @Test func `failures count against availability alone`() throws {
        let view = ClientView(
            operations: [operation("/api/v1/tasks", fast: 998, failed: 2)], effects: EffectLedger.Outcome())
        let verdicts = try verdicts(view)
        #expect(verdicts["api-availability"]?.standing == .missed)
        #expect(verdicts["task-latency"]?.standing == .met && verdicts["task-latency"]?.total == 998)
    }

    @Test func `events are judged by their delay, and by exact numbers`() throws {
        var effects = EffectLedger.Outcome()
        (effects.judged.expected, effects.judged.arrived) = (2000, 1997)
        for _ in 0..<1997 { effects.delay.record(.milliseconds(40)) }
        effects.judged.reminders.expected = 10
        effects.judged.reminders.arrived = 10
        for _ in 0..<10 { effects.judged.reminders.lateness.record(.seconds(2)) }
        let verdicts = try verdicts(ClientView(operations: [], effects: effects, toolCalls: (100, 1)))
        #expect(verdicts["event-latency"]?.standing == .met)
        #expect(verdicts["event-delivery"]?.standing == .missed && verdicts["event-delivery"]?.good == 1997)
        #expect(verdicts["reminder-timeliness"]?.standing == .met)
        #expect(verdicts["ai-tool-success"]?.standing == .met)
    }

    @Test func `an early reminder is a bad one`() throws {
        var effects = EffectLedger.Outcome()
        (
            effects.judged.reminders.expected, effects.judged.reminders.arrived,
            effects.judged.reminders.early
        ) = (10, 10, 1)
        for _ in 0..<9 { effects.judged.reminders.lateness.record(.seconds(1)) }
        let verdicts = try verdicts(ClientView(operations: [], effects: effects))
        #expect(verdicts["reminder-timeliness"]?.standing == .missed)
    }
}
