import CurlHTTP
import FoundationEssentials
import InMemoryTracing
import TestSupport
import Testing
import Tracing

@testable import LocalDapr

/// The cron binding: the question before it, and its ticks.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct CronBindingTests {
    private static func cron(_ more: [String: String] = [:]) -> ComponentDeclaration {
        ComponentDeclaration(
            name: "sweep", type: "bindings.cron", metadata: ["schedule": "* * * * * *"].merging(more) { $1 })
    }

    @Test func `an application that has the route is knocked at, each time in a trace of its own`()
        async throws
    {
        let app = try TestApp { request in request.method == "OPTIONS" ? .respond(405) : .respond(200) }
        let rig = try await SidecarRig(
            [.of("a", app, appToken: "app-secret")], components: [Self.cron(["route": "/cron/sweep"])])
        let received = await app.received(3)
        try await rig.stop()
        #expect(received.map(\.method).prefix(3) == ["OPTIONS", "POST", "POST"])
        #expect(received.allSatisfy { $0.target == "/cron/sweep" })
        #expect(received.allSatisfy { $0.headers["dapr-api-token"] == "app-secret" })
        let ticks = received.filter { $0.method == "POST" }
        #expect(ticks.allSatisfy { $0.body.isEmpty && $0.headers["content-type"] == "application/json" })
        #expect(ticks[0].headers["timezone"] == "Local")
        #expect(ticks[0].headers["readtimeutc"]?.hasSuffix(" +0000 UTC") == true)
        let spans = rig.tracer.memory.finishedSpans.filter { $0.operationName == "bindings/sweep" }
        #expect(Set(spans.map(\.traceID)).count == spans.count)
        #expect(spans.allSatisfy { $0.kind == .client && $0.parentSpanID == nil })
        #expect(spans.map(\.traceparent).contains(ticks[0].headers["traceparent"] ?? ""))
    }

    @Test func `an application without the route is left alone`() async throws {
        let app = try TestApp { request in request.method == "OPTIONS" ? .respond(404) : .respond(200) }
        let witness = try TestApp()
        let rig = try await SidecarRig([.of("a", app), .of("b", witness)], components: [Self.cron()])
        let seen = await witness.received(3)
        #expect(seen[0].target == "/sweep", "the name is the route unless one is given")
        #expect(await app.received(1).map(\.method) == ["OPTIONS"])
        try await rig.stop()
    }

    @Test func `an input binding does not ask`() async throws {
        let app = try TestApp()
        let rig = try await SidecarRig([.of("a", app)], components: [Self.cron(["direction": "input"])])
        #expect(await app.received(1).first?.method == "POST")
        try await rig.stop()
    }

    @Test func `an unreadable schedule is named at the start`() async throws {
        await #expect(throws: LocalDaprError.self) {
            _ = try await SidecarRig(
                [.of("a", try TestApp())], components: [Self.cron(["schedule": "often"])])
        }
    }

    @Test func `times are written as Go writes them`() {
        let date = Date(timeIntervalSince1970: 1_795_246_287.25)
        #expect(CronBinding.goText(of: date) == "2026-11-21 07:31:27.25 +0000 UTC")
        #expect(CronBinding.goText(of: Date(timeIntervalSince1970: 0)) == "1970-01-01 00:00:00 +0000 UTC")
    }
}
