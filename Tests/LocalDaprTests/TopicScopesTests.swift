import Testing

@testable import LocalDapr

struct TopicScopesTests {
    private func may(_ metadata: [String: String], topic: String, app: String) -> Bool {
        TopicScopes(metadata).allow(.publish, topic: topic, by: app)
    }

    @Test func `without scopes everything is allowed`() {
        #expect(may([:], topic: "t", app: "a"))
    }

    @Test func `allowed topics close all others`() {
        #expect(may(["allowedTopics": "t, u"], topic: "u", app: "a"))
        #expect(!may(["allowedTopics": "t"], topic: "u", app: "a"))
        #expect(!may(["allowedTopics": "t", "publishingScopes": "a=u"], topic: "u", app: "a"))
    }

    @Test func `an app with an entry has just that, others have what is not protected`() {
        let metadata = ["publishingScopes": "a=t,u; b=", "protectedTopics": "p", "subscriptionScopes": "a=p"]
        #expect(may(metadata, topic: "u", app: "a"))
        #expect(!may(metadata, topic: "x", app: "a"))
        #expect(!may(metadata, topic: "t", app: "b"))
        #expect(may(metadata, topic: "t", app: "c"))
        #expect(!may(metadata, topic: "p", app: "c"))
        #expect(TopicScopes(metadata).allow(.subscribe, topic: "p", by: "a"))
        #expect(!TopicScopes(metadata).allow(.subscribe, topic: "t", by: "a"))
    }
}
