import Foundation
import HTTPTypes
import Hummingbird
import Testing

@testable import todo_load

struct FaultsTests {
    @Test func `faults are named one by one or all together`() throws {
        #expect(try FaultsCommand.kinds(["all"]) == FaultKind.allCases)
        #expect(try FaultsCommand.kinds(["broker-off", "slow-model"]) == [.brokerOff, .slowModel])
        #expect(throws: LoadFailure.self) { try FaultsCommand.kinds(["fire"]) }
    }

    @Test(arguments: FaultKind.allCases)
    func `every fault has an alert with rules, and a runbook with commands`(kind: FaultKind) throws {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent().path
        let runbook = try Runbook(kind.alert.name, repository: repository)
        #expect(runbook.commands.count >= 3)
        let rules = try FileManager.default.contentsOfDirectory(atPath: "\(repository)/prometheus/rules").map
        {
            try String(contentsOfFile: "\(repository)/prometheus/rules/\($0)", encoding: .utf8)
        }
        #expect(rules.contains { $0.contains("alert: \(kind.alert.name)\n") })
    }

    @Test func `an alert is met by its name and the labels that matter`() {
        let alert = FaultKind.slowDatabase.alert
        #expect(
            alert.isMet(by: [
                "alertname": "SLOErrorBudgetBurn", "slo": "task-latency", "burnrate_tier": "fast", "x": "y",
            ]))
        #expect(
            !alert.isMet(by: [
                "alertname": "SLOErrorBudgetBurn", "slo": "chat-latency", "burnrate_tier": "fast",
            ]))
        #expect(!alert.isMet(by: [:]))
    }

    @Test func `commands of a runbook are run where the platform lies`() {
        let surface = Runbook.Surface(
            data: "/tmp/d's", adminPort: 19_120, prometheus: "http://127.0.0.1:19690", program: "/bin/todo")
        #expect(
            surface.command("curl -s localhost:9181/metrics | grep x")
                == "curl -s 127.0.0.1:19121/metrics | grep x")
        #expect(
            surface.command("todo trace --last   # the newest")
                == "'/bin/todo' trace --last    --data '/tmp/d'\\''s'")
        #expect(surface.command("tail .todo/logs/x") == "tail /tmp/d's/logs/x")
        #expect(surface.command("curl 'localhost:9090/api'") == "curl '127.0.0.1:19690/api'")
    }

    @Test func `only the first block of commands is taken`() {
        let page = "# A\n```json\n{}\n```\n```sh\none\n\ntwo # x\n```\n```sh\nthree\n```\n"
        #expect(Runbook.commands(in: page) == ["one", "two # x"])
        #expect(Runbook.commands(in: "none").isEmpty)
    }

    @Test func `evidence is a line of what the commands wrote`() {
        let slow = FaultKind.slowDatabase.evidence
        #expect(slow.line(in: "a\ntasks  ├ UPDATE task  client  323.14 ms  ━━\nb") != nil)
        #expect(slow.line(in: "tasks  ├ UPDATE task  client  3.14 ms\ntasks └ COMMIT client 500 ms") == nil)
        let dead = FaultKind.deadConsumer.evidence
        #expect(dead.line(in: "tasks ready 1\naudit  unready  2  admin=x") == "audit  unready  2  admin=x")
        #expect(dead.line(in: "audit ready 2\nauditor gone 3") == nil)
        let broker = FaultKind.brokerOff.evidence
        #expect(broker.line(in: "todo_outbox_oldest_pending_age_seconds 7.5") != nil)
        #expect(broker.line(in: "todo_outbox_oldest_pending_age_seconds 0") == nil)
        #expect(FaultKind.slowModel.evidence.line(in: "assistant ├ chat gpt-5-mini client 12.01 s") != nil)
    }

    @Test func `a report tells whether all was proven`() {
        let proven = Rehearsal.Outcome(
            kind: .brokerOff, fired: .seconds(7), cleared: .seconds(3), evidence: "  x   | y ")
        #expect(RehearsalReport(outcomes: [proven]).exitStatus == 0)
        #expect(RehearsalReport(outcomes: [proven]).table.contains("| 7.0 s | 3.0 s | `x \\| y` |"))
        var silent = proven
        silent.fired = nil
        #expect(RehearsalReport(outcomes: [proven, silent]).exitStatus == 1)
        silent.failure = "no Prometheus"
        #expect(RehearsalReport(outcomes: [silent]).exitStatus == 2)
        #expect(RehearsalReport(outcomes: []).exitStatus == 2)
    }

    @Test func `a model is told how slow to be within bounds`() {
        let model = ModelServer()
        #expect(model.takes(Array(#"{"milliseconds":1200}"#.utf8)))
        #expect(model.milliseconds == 1200)
        for body in [#"{"milliseconds":-1}"#, #"{"milliseconds":999999}"#, "{}", ""] {
            #expect(!model.takes(Array(body.utf8)))
        }
        #expect(model.milliseconds == 1200)
    }

    @Test func `a program beside this one is ended, and what it wrote is kept`() async throws {
        let log = NSTemporaryDirectory() + "faults-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: log) }
        let program = try LongProgram(
            [
                "/bin/bash", "-c",
                "trap 'echo bye; exit' TERM; echo hello $WORD; while :; do read -t 0.1 <> <(:); done",
            ],
            log: log, environment: ["WORD": "there"])
        #expect(await Waiting.until(within: .seconds(60)) { program.output.contains("hello there") })
        #expect(!program.hasEnded)
        await program.end()
        #expect(program.output == "hello there\nbye\n")
    }
}
