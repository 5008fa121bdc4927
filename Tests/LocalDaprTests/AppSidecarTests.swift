import CurlHTTP
import Synchronization
import TestSupport
import Testing

@testable import LocalDapr

/// What belongs to one application's sidecar alone: access, concurrency, metadata, shutdown.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct AppSidecarTests {
    @Test func `invocations are allowed by policy, and refusals are the sidecar's`() async throws {
        let app = try TestApp()
        let policies = Resources.documents(AccessControlTests.configuration).policies
        let rig = try await SidecarRig([.of("open", app), .of("narrow", app)], policies: policies)
        #expect(try await rig.call("open", "POST", "/v1.0/invoke/narrow/method/x").status == 200)
        #expect(try await rig.call("narrow", "GET", "/v1.0/invoke/open/method/api/v1/tasks").status == 200)
        #expect(try await rig.call("narrow", "POST", "/v1.0/invoke/narrow/method/x").status == 200, "itself")
        let refused = try await rig.call("narrow", "POST", "/v1.0/invoke/open/method/api/v1/tasks")
        #expect(refused.status == 403)
        #expect(JSONReader.read(refused.body)?["errorCode"]?.text == "ERR_DIRECT_INVOKE")
        #expect(await app.received(3).count == 3)
        try await rig.stop()
    }

    @Test func `no more calls than allowed are under way into an app`() async throws {
        let underWay = Mutex((now: 0, most: 0))
        let app = try TestApp { _ in
            underWay.withLock { calls in
                calls.now += 1
                calls.most = max(calls.most, calls.now)
            }
            for _ in 0..<2000 { _ = underWay.withLock { $0.now } }
            underWay.withLock { $0.now -= 1 }
            return .respond(200)
        }
        var limited = SidecarConfiguration.App.of("b", app)
        limited.maxConcurrency = 1
        let rig = try await SidecarRig([.of("a", app), limited])
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask { try await rig.call("a", "GET", "/v1.0/invoke/b/method/x").status }
            }
            for try await status in group { #expect(status == 200) }
        }
        #expect(underWay.withLock { $0.most } == 1)
        try await rig.stop()
    }

    @Test func `a cancelled wait for a free place gives none away`() async throws {
        let limit = CallLimit(1)
        let gate = AsyncStream.makeStream(of: Void.self)
        let entered = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await limit.enter {
                entered.continuation.yield()
                for await _ in gate.stream { break }
            }
        }
        for await _ in entered.stream { break }
        let second = Task { try await limit.enter {} }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        gate.continuation.yield()
        try await first.value
        try await limit.enter {}
    }

    @Test func `metadata can be noted and read, and names the app's health check`() async throws {
        var app = SidecarConfiguration.App.of("a", try TestApp())
        app.maxConcurrency = 5
        app.healthCheck = SidecarConfiguration.HealthCheck(path: "/")
        let rig = try await SidecarRig([app])
        #expect(try await rig.call("a", "PUT", "/v1.0/metadata/my%20key", body: "text").status == 204)
        let node = try #require(JSONReader.read(try await rig.call("a", "GET", "/v1.0/metadata").body))
        #expect(node["extended"] == .object(["my key": .string("text")]))
        #expect(node["components"]?.elements?.first?["name"]?.text == "pubsub")
        #expect(node["appConnectionProperties"]?["maxConcurrency"] == .number("5"))
        #expect(node["appConnectionProperties"]?["health"]?["healthCheckPath"]?.text == "/")
        let keys = [
            "id", "runtimeVersion", "enabledFeatures", "actors", "components", "extended", "subscriptions",
            "httpEndpoints", "appConnectionProperties", "actorRuntime", "scheduler", "workflows",
        ]
        #expect(node.members.map { Set($0.keys) } == Set(keys))
        try await rig.stop()
    }

    @Test func `the health of another app is refused`() async throws {
        let rig = try await SidecarRig([.of("a", try TestApp())])
        let answer = try await rig.call("a", "GET", "/v1.0/healthz/outbound?appid=b")
        #expect(answer.status == 500)
        #expect(JSONReader.read(answer.body)?["errorCode"]?.text == "ERR_HEALTH_APPID_NOT_MATCH")
        #expect(try await rig.call("a", "GET", "/v1.0/healthz/outbound?appid=a").status == 204)
        try await rig.stop()
    }

    @Test func `one sidecar stops and the others go on`() async throws {
        let stopping = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let staying = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let rig = try await SidecarRig([.of("a", stopping), .of("b", staying)])
        try await rig.publish("1", to: "t", key: "k")
        _ = await stopping.received(1)
        _ = await staying.received(1)
        let port = await rig.port(of: "a")
        #expect(try await rig.call("a", "POST", "/v1.0/shutdown").status == 204)
        while TCPPort.isOpen(port) { await Task.yield() }
        try await rig.publish("2", to: "t", key: "k", from: "b")
        #expect(await staying.received(2).compactMap(\.data) == ["1", "2"])
        #expect(await stopping.received(1).count == 1)
        #expect(await rig.services.readiness() == ["database": true, "listeners": true])
        try await rig.stop()
    }

    @Test func `a header beyond the limit is refused, within it is not`() async throws {
        var app = SidecarConfiguration.App.of("a", try TestApp())
        app.headerLimitBytes = 16 * 1024
        let rig = try await SidecarRig([app, .of("b", try TestApp())])
        let long = [("x-long", String(repeating: "x", count: 6000))]
        #expect(try await rig.call("a", "POST", "/v1.0/publish/pubsub/t", headers: long).status == 204)
        let refused = try? await rig.call("b", "POST", "/v1.0/publish/pubsub/t", headers: long).status
        #expect(refused != 204)
        try await rig.stop()
    }
}
