import CurlHTTP
import Synchronization
import TestSupport
import Testing

@testable import LocalDapr

/// What happens to events that fail, by the Resiliency document.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ResilienceTests {
    private static let subscriptions =
        "[\(TestApp.subscription("t", deadLetters: "t.dlq")),\(TestApp.subscription("t.dlq", route: "/dead"))]"

    private func policies(_ yaml: String) -> SidecarPolicies { Resources.documents(yaml).policies }

    private func app(_ status: Int) throws -> TestApp {
        try TestApp(subscriptions: Self.subscriptions) { request in
            request.path == "/dead" ? .respond(200) : .respond(status)
        }
    }

    private func attemptsUntilDead(_ policies: SidecarPolicies, status: Int) async throws -> Int {
        let app = try app(status)
        let rig = try await SidecarRig([.of("a", app)], policies: policies)
        try await rig.publish("poison", to: "t")
        var count = 1
        while await !app.received(count).contains(where: { $0.path == "/dead" }) { count += 1 }
        let attempts = await app.received(count).count { $0.path == "/events" }
        try await rig.stop()
        return attempts
    }

    @Test func `without a policy there is one attempt, then the dead letters`() async throws {
        #expect(try await attemptsUntilDead(SidecarPolicies(), status: 500) == 1)
    }

    @Test func `a policy repeats as often as it says`() async throws {
        let quick = policies(Resources.retries("policy: constant, duration: 1ms, maxRetries: 4"))
        #expect(try await attemptsUntilDead(quick, status: 500) == 5)
    }

    @Test func `a policy for some answers gives the others up at once`() async throws {
        let matching = policies(
            Resources.retries(
                "policy: constant, duration: 1ms, maxRetries: 4, matching: {httpStatusCodes: '503'}"))
        #expect(try await attemptsUntilDead(matching, status: 400) == 1)
        #expect(try await attemptsUntilDead(matching, status: 503) == 5)
    }

    @Test func `an open breaker ends the repetitions`() async throws {
        let broken = policies(
            Resources.retries(
                "policy: constant, duration: 1ms, maxRetries: 50",
                target: "retry: quick, circuitBreaker: quick"))
        let failing = try TestApp(subscriptions: "[\(TestApp.subscription("t", deadLetters: "t.dlq"))]") {
            _ in
            .respond(500)
        }
        // Another app hears the dead letters: the breaker is one for the whole component.
        let other = try TestApp(subscriptions: "[\(TestApp.subscription("t.dlq"))]")
        let rig = try await SidecarRig([.of("a", failing), .of("b", other)], policies: broken)
        try await rig.publish("poison", to: "t")
        #expect(await other.received(1).compactMap(\.data) == ["poison"])
        #expect(await failing.received(2).count == 2)
        try await rig.stop()
    }

    @Test func `a handler that takes too long has failed`() async throws {
        let app = try TestApp(subscriptions: Self.subscriptions) { request in
            request.path == "/dead" ? .respond(200) : .hang
        }
        let rig = try await SidecarRig(
            [.of("a", app)], policies: policies(Resources.retries("maxRetries: 0", target: "timeout: short")))
        try await rig.publish("slow", to: "t")
        var count = 1
        while await !app.received(count).contains(where: { $0.path == "/dead" }) { count += 1 }
        try await rig.stop()
    }

    @Test func `an app without health checks fails the events that it is not there for`() async throws {
        let gone = try TestApp(subscriptions: Self.subscriptions)
        let other = try TestApp(subscriptions: "[\(TestApp.subscription("t.dlq", route: "/dead"))]")
        var careless = SidecarConfiguration.App.of("a", gone)
        careless.healthCheck = SidecarConfiguration.HealthCheck(isOff: true)
        let rig = try await SidecarRig([careless, .of("b", other)], policies: SidecarPolicies())
        try await rig.publish("1", to: "t")
        _ = await gone.received(1)
        gone.server.stop()
        try await rig.publish("2", to: "t", from: "b")
        // The first may have failed too, if the app left before its answer was read.
        var count = 1
        while await !other.received(count).contains(where: { $0.data == "2" }) { count += 1 }
        try await rig.stop()
    }

    @Test func `an app that fails its health check gets no events until it is well`() async throws {
        let isWell = Mutex(true)
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]") { request in
            request.path == "/healthz" ? .respond(isWell.withLock { $0 } ? 204 : 503) : .respond(200)
        }
        var checked = SidecarConfiguration.App.of("a", app, appToken: "secret")
        checked.healthCheck = SidecarConfiguration.HealthCheck(path: "/healthz")
        checked.healthCheck?.intervalMilliseconds = 10
        checked.healthCheck?.threshold = 2
        let rig = try await SidecarRig([checked, .of("b", try TestApp())])
        let presence = try #require(rig.services.links["a"]?.presence)
        while !presence.isReady { await Task.yield() }
        isWell.withLock { $0 = false }
        while !presence.isUnwell { await Task.yield() }
        let answer = try await rig.call("b", "GET", "/v1.0/invoke/a/method/x")
        #expect(answer.status == 500)
        #expect(
            JSONReader.read(answer.body)?["message"]?.text
                == "failed to invoke, id: a, err: app is not in a healthy state")
        try await rig.publish("waits", to: "t")
        #expect(!app.server.requests.contains { $0.path == "/events" })
        isWell.withLock { $0 = true }
        while !app.server.requests.contains(where: { $0.data == "waits" }) { await Task.yield() }
        let probe = try #require(app.server.requests.first { $0.path == "/healthz" })
        #expect(probe.headers["dapr-api-token"] == nil)
        try await rig.stop()
    }
}
