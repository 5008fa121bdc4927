import Testing

@testable import LocalDapr

struct TopicSubscriptionTests {
    @Test func `entries are read with their routes, and unusable ones left out`() throws {
        let answer = #"""
            [{"pubsubname":"pubsub","topic":"a","route":"/a","deadLetterTopic":"a.dlq","metadata":{"x":"1"}},
             {"pubsubname":"pubsub","topic":"b","route":"/old","routes":{"rules":[],"default":"new"}},
             {"pubsubname":"pubsub","topic":"c"},
             {"topic":"d","route":"/d"}, {"pubsubname":"pubsub","topic":"","route":"/e"}, 7]
            """#
        let list = try #require(TopicSubscription.list(from: Array(answer.utf8)))
        #expect(list.map(\.topic) == ["a", "b"])
        #expect(list.map(\.route) == ["/a", "/new"])
        #expect(list.first?.deadLetterTopic == "a.dlq")
        #expect(list.first?.metadata == ["x": "1"])
    }

    @Test func `an empty body means none, and anything but a list is unreadable`() {
        #expect(TopicSubscription.list(from: []) == [])
        #expect(TopicSubscription.list(from: Array("{}".utf8)) == nil)
        #expect(TopicSubscription.list(from: Array("no".utf8)) == nil)
    }
}
