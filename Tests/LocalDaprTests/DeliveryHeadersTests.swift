import Testing

@testable import LocalDapr

struct DeliveryHeadersTests {
    private func headers(metadata: [String: String], trace: TraceCarrier = [:]) throws -> [String: String] {
        let record = EventRecord(
            partition: Partition(topic: "t", number: 2), offset: 9, key: "k", metadata: metadata, body: [],
            appendedMilliseconds: 5)
        let answer = Array(#"[{"pubsubname":"pubsub","topic":"t","route":"/t"}]"#.utf8)
        let subscription = try #require(TopicSubscription.list(from: answer)?.first)
        return Dictionary(
            DeliveryHeaders.headers(of: record, subscription: subscription, trace: trace),
            uniquingKeysWith: { first, _ in first })
    }

    @Test func `the place of the record and its metadata are told`() throws {
        let found = try headers(metadata: ["Baggage": "a=b"], trace: ["traceparent": "tp"])
        #expect(
            found == [
                "__topic": "t", "__partition": "2", "__offset": "9", "__key": "k", "__timestamp": "5",
                "baggage": "a=b",
                "pubsubname": "pubsub", "traceparent": "tp", "content-type": "application/cloudevents+json",
            ])
    }

    @Test func `metadata cannot forge the message or the token`() throws {
        let found = try headers(metadata: [
            "content-type": "x", "Content-Length": "1", "Connection": "close", "dapr-api-token": "x",
            "a-bin": "x",
            "line": "a\r\nb: c", "bad name": "x", "pubsubname": "forged", "__offset": "1",
        ])
        #expect(found["content-type"] == "application/cloudevents+json")
        #expect(found["pubsubname"] == "pubsub")
        #expect(found["__offset"] == "1", "a record's own header wins, as on a dead-letter topic")
        #expect(
            Set(found.keys).isDisjoint(with: [
                "content-length", "connection", "dapr-api-token", "a-bin", "line", "bad name",
            ]))
    }
}
