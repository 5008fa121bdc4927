import CurlHTTP
import Dapr
import TestSupport
import Testing

@testable import LocalDapr
@testable import ServiceKit

/// Jobs and ticks from the stand-in to handlers of the frame.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct CallbackTests {
    private struct Note: Codable, Equatable { let id: Int }
    private struct Busy: Error {}

    private func client(_ rig: SidecarRig) async -> DaprClient {
        DaprClient(DaprConfiguration(port: await rig.services.ports.port(of: "a")), http: rig.http)
    }

    @Test func `a job planned through the client reaches its handler until it is taken`() async throws {
        let witness = Witness<ReceivedJob>()
        let app = try await CallbackApp(
            SidecarCallbacks(jobs: [
                JobRoute(prefix: "note:") { job in if witness.note(job) == 1 { throw Busy() } }
            ]))
        let rig = try await SidecarRig([app.app])
        let dapr = await client(rig)
        let job = Job(
            name: "note:1", dueTime: "1ms", data: Array(#"{"id":7}"#.utf8),
            failurePolicy: .constant(interval: .milliseconds(5)))
        try await dapr.plan(job)
        let seen = try await witness.seen(2)
        #expect(seen.map(\.name) == ["note:1", "note:1"])
        #expect(try seen[1].payload(as: Note.self) == Note(id: 7))
        #expect(seen[1].scheduledAt != nil)
        while try await dapr.job(named: "note:1") != nil { try await Task.sleep(for: .milliseconds(5)) }
        try await rig.stop()
        try await app.stop()
    }

    @Test func `the client and the stand-in agree on every block`() async throws {
        let rig = try await SidecarRig(
            [.of("a", try TestApp())],
            components: [ComponentDeclaration(name: "s", type: "state.postgresql")])
        let dapr = await client(rig)
        #expect(await dapr.isOutboundHealthy())
        #expect(try await dapr.metadata().id == "a")
        #expect(try await dapr.state("k", in: "s") == nil)
        try await dapr.saveState([StateWrite(key: "k", value: Array("[1]".utf8))], in: "s")
        let item = try #require(try await dapr.state("k", in: "s"))
        #expect(item.value == Array("[1]".utf8))
        let stale = StateWrite(key: "k", value: Array("2".utf8), etag: "0")
        await #expect(throws: DaprError.etagMismatch) { try await dapr.saveState([stale], in: "s") }
        await #expect(throws: DaprError.etagMismatch) {
            try await dapr.deleteState("k", in: "s", etag: "0")
        }
        await #expect(throws: DaprError.transactionFailed) {
            try await dapr.changeState([.upsert(stale), .delete(key: "l")], in: "s")
        }
        try await dapr.changeState(
            [.delete(key: "k", etag: item.etag), .upsert(StateWrite(key: "l", value: Array("1".utf8)))],
            in: "s")
        let found = try await dapr.states(["k", "l"], in: "s")
        #expect(found["k"] == .missing)
        if case .found(let item) = found["l"] {
            #expect(item.value == Array("1".utf8))
        } else {
            Issue.record()
        }
        await #expect(
            throws: DaprError.rejected(
                status: 400, code: "ERR_STATE_STORE_NOT_FOUND", reason: "DAPR_STATE_NOT_FOUND")
        ) {
            _ = try await dapr.state("k", in: "nowhere")
        }

        let job = Job(
            name: "j", schedule: "@every 1h", dueTime: "1h", repeats: 2, timeToLive: "5h",
            data: Array(#"{"a":1}"#.utf8), failurePolicy: .constant(interval: .seconds(2), maxRetries: 5))
        try await dapr.schedule(job)
        #expect(try await dapr.job(named: "j") == job)
        await #expect(throws: DaprError.jobExists) { try await dapr.schedule(job) }
        try await dapr.deleteJob(named: "j")
        #expect(try await dapr.job(named: "j") == nil)
        await #expect(throws: DaprError.rejected(status: 500, code: "ERR_INVOKE_OUTPUT_BINDING")) {
            _ = try await dapr.invokeBinding("mail", operation: "create")
        }
        await #expect(throws: DaprError.rejected(status: 500, code: "ERR_SECRET_STORES_NOT_CONFIGURED")) {
            _ = try await dapr.secret("x", in: "vault")
        }
        try await rig.stop()
    }

    @Test func `a handler's end decides the answer`() async throws {
        let app = try await CallbackApp(
            SidecarCallbacks(
                jobs: [
                    JobRoute("done") { _ in }, JobRoute("busy") { _ in throw Busy() },
                    JobRoute("never") { job in _ = try job.payload(as: Note.self) },
                    JobRoute("slow") { _ in try await Task.sleep(for: .seconds(3600)) },
                ], limit: .milliseconds(200)))
        for (name, status) in [("done", 200), ("busy", 500), ("never", 404), ("slow", 503), ("unknown", 503)]
        {
            #expect(try await app.status("POST", "/job/\(name)") == status, "\(name)")
        }
        #expect(try await app.status("POST", "/job/done", token: nil) == 401)
        #expect(try await app.status("POST", "/job/done", token: "wrong") == 401)
        try await app.stop()
    }

    @Test func `a cron binding finds its route and knocks`() async throws {
        let witness = Witness<Bool>()
        let app = try await CallbackApp(
            SidecarCallbacks(crons: [CronRoute("cron/sweep") { _ = witness.note(true) }]))
        #expect(try await app.status("OPTIONS", "/cron/sweep") == 200)
        #expect(try await app.status("OPTIONS", "/cron/sweep", token: nil) == 401)
        #expect(try await app.status("POST", "/cron/sweep", token: nil) == 401)
        let rig = try await SidecarRig(
            [app.app],
            components: [
                ComponentDeclaration(
                    name: "sweep", type: "bindings.cron",
                    metadata: ["schedule": "@every 1s", "route": "/cron/sweep"]),
                ComponentDeclaration(
                    name: "other", type: "bindings.cron", metadata: ["schedule": "* * * * * *"]),
            ])
        _ = try await witness.seen(1)
        try await rig.stop()
        try await app.stop()
    }
}
