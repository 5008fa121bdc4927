import CurlHTTP
import Hummingbird
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import LocalDapr

/// What people rehearse: a broker that is away, or slow.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct FaultSwitchTests {
    @Test func `publishing fails for one app, and works again`() async throws {
        let app = try TestApp()
        let rig = try await SidecarRig([.of("a", app), .of("b", app)])
        rig.services.faults.put(Fault(failsPublishing: true), app: "a")
        let refused = try await rig.publish("x", to: "t")
        #expect(refused.status == 500)
        #expect(JSONReader.read(refused.body)?["errorCode"]?.text == "ERR_PUBSUB_PUBLISH_MESSAGE")
        #expect(try await rig.publish("x", to: "t", from: "b").status == 204)
        rig.services.faults.clear(app: nil)
        #expect(try await rig.publish("x", to: "t").status == 204)
        try await rig.stop()
    }

    @Test func `paused deliveries wait in the log, for that app alone`() async throws {
        let paused = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let other = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let rig = try await SidecarRig([.of("a", paused), .of("b", other)])
        rig.services.faults.put(Fault(pausesDeliveries: true), app: "a")
        for number in 0..<3 { try await rig.publish("\(number)", to: "t", key: "k") }
        #expect(await other.received(3).compactMap(\.data) == ["0", "1", "2"])
        #expect(paused.server.requests.allSatisfy { $0.path.hasPrefix("/dapr/") })
        rig.services.faults.clear(app: "a")
        #expect(await paused.received(3).compactMap(\.data) == ["0", "1", "2"])
        try await rig.stop()
    }

    @Test func `a stop does not wait for a pause`() async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let rig = try await SidecarRig([.of("a", app)])
        rig.services.faults.put(Fault(pausesDeliveries: true), app: nil)
        try await rig.publish("x", to: "t")
        try await rig.stop()
    }

    @Test func `latency holds publishing up and loses nothing`() async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let rig = try await SidecarRig([.of("a", app)])
        rig.services.faults.put(Fault(latency: .milliseconds(20)), app: "a")
        #expect(try await rig.publish("x", to: "t").status == 204)
        #expect(await app.received(1).compactMap(\.data) == ["x"])
        try await rig.stop()
    }

    @Test func `struck events become dead letters that the app has not seen, and others arrive`() async throws
    {
        let app = try TestApp(
            subscriptions:
                "[\(TestApp.subscription("t", deadLetters: "t.dlq")),\(TestApp.subscription("t.dlq", route: "/dead"))]"
        )
        let rig = try await SidecarRig([.of("a", app)])
        rig.services.faults.put(Fault(deadLetterShare: 1), app: "a")
        try await rig.publish("struck", to: "t")
        #expect(await app.received(1).map(\.path) == ["/dead"])
        rig.services.faults.clear(app: "a")
        try await rig.publish("spared", to: "t")
        #expect(await app.received(2).compactMap(\.data) == ["struck", "spared"])
        try await rig.stop()
    }

    @Test func `the admin port switches faults`() async throws {
        let app = try TestApp()
        let rig = try await SidecarRig([.of("a", app)])
        let router = Router()
        rig.services.addAdminRoutes(to: router)
        let ready = AsyncStream.makeStream(of: Int.self)
        let server = Application(
            responder: router.buildResponder(),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { ready.continuation.yield($0.localAddress?.port ?? 0) },
            logger: rig.logger)
        let running = Task { try await server.run() }
        let port = try #require(await ready.stream.first { _ in true })
        func call(_ method: String, _ path: String, _ body: String = "") async throws -> HTTPClientResponse {
            var request = HTTPClientRequest(
                method, "http://127.0.0.1:\(port)\(path)", body: Array(body.utf8))
            request.isTraced = false
            return try await rig.http.send(request)
        }
        let put = try await call("PUT", "/faults", #"{"app":"a","publish":"fail","latencyMilliseconds":3}"#)
        let list = #"{"faults":[{"app":"a","latencyMilliseconds":3,"publish":"fail"}]}"#
        #expect(put.status == 200)
        #expect(String(decoding: put.body, as: UTF8.self) == list)
        let shown = try await call("GET", "/faults")
        #expect(String(decoding: shown.body, as: UTF8.self) == list)
        #expect(try await call("PUT", "/faults", #"{"app":"nobody","publish":"fail"}"#).status == 400)
        #expect(try await call("PUT", "/faults", "no").status == 400)
        #expect(try await call("DELETE", "/faults?app=nobody").status == 400)
        #expect(try await call("DELETE", "/faults?app=a").status == 204)
        let none = try await call("GET", "/faults")
        #expect(String(decoding: none.body, as: UTF8.self) == #"{"faults":[]}"#)
        running.cancel()
        _ = try? await running.value
        try await rig.stop()
    }
}
