import Testing

@testable import LocalDapr

struct SidecarCallTests {
    private func call(_ method: String, _ target: String, app: String? = nil) -> SidecarCall {
        SidecarCall(method: method, target: target, appHeader: app)
    }

    @Test func `publishing takes the rest of the path as topic`() {
        #expect(
            call("POST", "/v1.0/publish/pubsub/todo.events?metadata.a=b")
                == .publish(pubsub: "pubsub", topic: "todo.events"))
        #expect(call("PUT", "/v1.0/publish/p/a/b%2Fc+d") == .publish(pubsub: "p", topic: "a/b/c d"))
        #expect(call("POST", "/v1.0/publish/p") == .publish(pubsub: "p", topic: ""))
        #expect(call("GET", "/v1.0/publish/p/t") == .unmatched)
    }

    @Test func `an invocation keeps path and query as they came`() {
        #expect(
            call("PATCH", "/v1.0/invoke/tasks/method/a%2Fb//c?q=%20/x?y")
                == .invoke(app: "tasks", target: "/a%2Fb//c?q=%20/x?y"))
        #expect(
            call("GET", "/v1.0/invoke/tasks.default/method?x=1") == .invoke(app: "tasks", target: "/?x=1"))
        #expect(call("GET", "/plain/path?x", app: "tasks") == .invoke(app: "tasks", target: "/plain/path?x"))
    }

    @Test func `health, metadata, and what nobody knows`() {
        #expect(call("GET", "/v1.0/healthz") == .health)
        #expect(call("GET", "/v1.0/healthz/outbound") == .outboundHealth)
        #expect(call("GET", "/v1.0/metadata") == .metadata)
        #expect(call("GET", "/v1.0/invoke/tasks") == .unmatched)
        #expect(call("GET", "/") == .unmatched)
        #expect(call("GET", "") == .unmatched)
    }
}
