import CurlHTTP
import TestSupport
import Testing

@testable import LocalDapr

/// Who hears what: scopes, rules, declared subscriptions, fan-out, life times.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct SubscriptionRulesTests {
    private func component(_ metadata: [String: String], name: String = "pubsub") -> ComponentDeclaration {
        ComponentDeclaration(
            name: name, type: "pubsub.kafka", metadata: ["initialOffset": "oldest"].merging(metadata) { $1 })
    }

    @Test func `scopes forbid topics in both directions`() async throws {
        let app = try TestApp(
            subscriptions: "[\(TestApp.subscription("t")),\(TestApp.subscription("secret"))]")
        let scopes = ["publishingScopes": "a=t", "subscriptionScopes": "a=t"]
        let rig = try await SidecarRig(
            [.of("a", app), .of("b", try TestApp())], components: [component(scopes)])
        let refused = try await rig.publish("x", to: "secret")
        #expect(refused.status == 403)
        let body = try #require(JSONReader.read(refused.body))
        #expect(body["errorCode"]?.text == "ERR_PUBSUB_FORBIDDEN")
        #expect(body["message"]?.text == "topic secret is not allowed for app id a")
        #expect(try await rig.publish("hidden", to: "secret", from: "b").status == 204)
        #expect(try await rig.publish("seen", to: "t").status == 204)
        #expect(await app.received(1).compactMap(\.data) == ["seen"])
        let presence = try #require(rig.services.links["a"]?.presence)
        #expect(presence.subscriptions.map(\.topic) == ["t"])
        try await rig.stop()
    }

    @Test func `a dead letter that the scopes forbid is not lost`() async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t", deadLetters: "t.dlq"))]") { _ in
            .json(200, #"{"status":"DROP"}"#)
        }
        let rig = try await SidecarRig([.of("a", app)], components: [component(["publishingScopes": "a=t"])])
        try await rig.publish("kept", to: "t")
        #expect(await app.received(5).count >= 5)
        try await rig.stop()
    }

    @Test func `no component at all is another error than a wrong one`() async throws {
        let rig = try await SidecarRig([.of("a", try TestApp())], components: [])
        let answer = try await rig.publish("x", to: "t")
        #expect(answer.status == 400)
        #expect(JSONReader.read(answer.body)?["errorCode"]?.text == "ERR_PUBSUB_NOT_CONFIGURED")
        try await rig.stop()
    }

    @Test func `rules choose the route, and what none fits is dropped`() async throws {
        let rules =
            #"[{"match":"event.type == \"x\"","path":"/x"},{"match":"event.type == \"y\"","path":"/y"}]"#
        let app = try TestApp(
            subscriptions: #"""
                [{"pubsubname":"pubsub","topic":"t","routes":{"rules":\#(rules)},"deadLetterTopic":"t.dlq"},
                 {"pubsubname":"pubsub","topic":"t.dlq","route":"/dead"},
                 {"pubsubname":"pubsub","topic":"u","routes":{"rules":[{"match":"size(event) > 1","path":"/u"}]}}]
                """#)
        let rig = try await SidecarRig([.of("a", app)])
        for type in ["y", "x", "z"] {
            _ = try await rig.call(
                "a", "POST",
                "/v1.0/publish/pubsub/t?metadata.partitionKey=k&metadata.cloudevent.type=\(type)",
                body: type)
        }
        let received = await app.received(3)
        #expect(Set(received.map { "\($0.path) \($0.data ?? "")" }) == ["/y y", "/x x", "/dead z"])
        let presence = try #require(rig.services.links["a"]?.presence)
        #expect(presence.subscriptions.map(\.topic) == ["t", "t.dlq"], "a rule nobody can judge")
        try await rig.stop()
    }

    @Test func `declared subscriptions hold where the app says nothing itself`() async throws {
        func declared(_ topic: String, _ route: String, scope: String) -> String {
            """
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: {name: \(topic)}
            spec: {pubsubname: pubsub, topic: \(topic), routes: {default: \(route)}}
            scopes: [\(scope)]
            """
        }
        let yaml = [
            Resources.quickRetries, declared("t", "/declared", scope: "a"),
            declared("u", "/first", scope: "a"),
            declared("u", "/second", scope: "a"), declared("v", "/other", scope: "b"),
        ].joined(separator: "\n---\n")
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t", route: "/own"))]")
        let rig = try await SidecarRig([.of("a", app)], policies: Resources.documents(yaml).policies)
        try await rig.publish("1", to: "t")
        try await rig.publish("2", to: "u")
        let received = await app.received(2)
        #expect(Set(received.map { "\($0.path) \($0.data ?? "")" }) == ["/own 1", "/first 2"])
        let described = try await rig.call("a", "GET", "/v1.0/metadata")
        let list = JSONReader.read(described.body)?["subscriptions"]?.elements ?? []
        #expect(list.compactMap { $0["type"]?.text } == ["PROGRAMMATIC", "DECLARATIVE"])
        try await rig.stop()
    }

    @Test func `a fan-out component gives every process the events from now on`() async throws {
        let subscription = #"[{"pubsubname":"fan","topic":"t","route":"/events"}]"#
        let first = try TestApp(subscriptions: subscription)
        let second = try TestApp(subscriptions: subscription)
        let fan = ComponentDeclaration(
            name: "fan", type: "pubsub.kafka",
            metadata: ["consumerID": "{uuid}", "initialOffset": "newest"])
        let components = [component([:]), fan]
        let old = try await SidecarRig([.of("x", try TestApp())], components: components)
        try await old.publish("old", to: "t", from: "x")
        try await old.stop()
        let rig = try await SidecarRig(
            [.of("a", first), .of("b", second)], database: old.databaseURL, components: components)
        for app in ["a", "b"] { try await rig.waitUntilReady(app) }
        try await rig.publish("new", to: "t")
        #expect(await first.received(1).compactMap(\.data) == ["new"])
        #expect(await second.received(1).compactMap(\.data) == ["new"])
        let groups = ["a", "b"].compactMap { rig.services.links[$0]?.pubsubs["fan"]?.group.name }
        #expect(Set(groups).count == 2)
        try await rig.stop()
    }

    @Test func `an event past its life goes to the dead letters unseen`() async throws {
        let app = try TestApp(
            subscriptions: "[\(TestApp.subscription("t", deadLetters: "t.dlq")),"
                + "\(TestApp.subscription("t.dlq", route: "/dead"))]")
        let rig = try await SidecarRig([.of("a", app)])
        let event = #"{"id":"1","data":"late","expiration":"2020-01-01T00:00:00Z"}"#
        _ = try await rig.call(
            "a", "POST", "/v1.0/publish/pubsub/t", headers: [("content-type", EventEnvelope.mediaType)],
            body: event)
        _ = try await rig.call("a", "POST", "/v1.0/publish/pubsub/t?metadata.ttl=1h30m", body: "fresh")
        let received = await app.received(1)
        #expect(received.allSatisfy { $0.path != "/events" || $0.data == "fresh" })
        var count = 1
        while await !app.received(count).contains(where: { $0.data == "fresh" }) { count += 1 }
        // The dead letter has outlived itself too: its own topic drops it without asking.
        #expect(await app.received(count).filter { $0.path == "/events" }.compactMap(\.data) == ["fresh"])
        #expect(await app.received(count).last { $0.data == "fresh" }?.event?["expiration"]?.text != nil)
        try await rig.stop()
    }
}
