import FoundationEssentials
import Testing

@testable import LocalDapr

struct EventEnvelopeTests {
    private static let ours = "00-11111111111111111111111111111111-2222222222222222-01"

    private func envelope(_ body: String, type: String?, query: String = "") throws -> JSONNode {
        let envelope = EventEnvelope(
            topic: "todo.events", pubsubname: "pubsub", source: "tasks",
            metadata: PublishMetadata(query: query),
            trace: TraceFields(traceparent: Self.ours, tracestate: ""),
            now: Date(timeIntervalSince1970: 1_700_000_000),
            newID: "made-id")
        let bytes = try #require(envelope.bytes(body: Array(body.utf8), contentType: type))
        return try #require(JSONReader.read(bytes))
    }

    @Test func `JSON is wrapped with every field of a made envelope`() throws {
        let event = try envelope(#"{"n": 1.10}"#, type: "application/json; charset=utf-8")
        let expected = #"""
            {"data":{"n":1.10},"datacontenttype":"application/json; charset=utf-8","id":"made-id","pubsubname":"pubsub",\#
            "source":"tasks","specversion":"1.0","time":"2023-11-14T22:13:20Z","topic":"todo.events",\#
            "traceid":"\#(Self.ours)","traceparent":"\#(Self.ours)","tracestate":"","type":"com.dapr.event.sent"}
            """#
        #expect(String(decoding: event.bytes, as: UTF8.self) == expected)
    }

    @Test func `JSON that is none, text and bytes are wrapped by their type`() throws {
        #expect(try envelope("{oops", type: "application/json")["data"]?.text == "{oops")
        #expect(try envelope("{}", type: "application/vnd.x+json")["data"]?.text == "{}")
        let untyped = try envelope("hello", type: nil)
        #expect(untyped["data"]?.text == "hello")
        #expect(untyped["datacontenttype"]?.text == "text/plain")
        let binary = try envelope("hello", type: "application/octet-stream")
        #expect(binary["data_base64"]?.text == "aGVsbG8=")
        #expect(binary["data"] == nil)
    }

    @Test func `overrides replace fields of a made envelope`() throws {
        let query =
            "metadata.cloudevent.ID=own&metadata.cloudevent.subject=s&metadata.cloudevent.traceparent=tp"
        let event = try envelope("x", type: "text/plain", query: query)
        #expect(event["id"]?.text == "own")
        #expect(event["subject"]?.text == "s")
        #expect(event["traceid"]?.text == "tp")
        #expect(event["traceparent"]?.text == "tp")
    }

    @Test func `a ready event keeps what it has, except its topic`() throws {
        let ready =
            #"{"id":"7","topic":"other","pubsubname":"x","traceid":"mine","traceparent":"mine","own":{"k":1}}"#
        let event = try envelope(
            ready, type: "application/cloudevents+json", query: "metadata.cloudevent.id=ignored")
        #expect(event["id"]?.text == "7")
        #expect(event["topic"]?.text == "todo.events")
        #expect(event["pubsubname"]?.text == "pubsub")
        #expect(event["traceparent"]?.text == "mine")
        #expect(event["own"]?["k"] == .number("1"))
        #expect(event["source"]?.text == "Dapr")
        #expect(event["specversion"]?.text == "1.0")
    }

    @Test func `a ready event without traceid gets the sidecar's trace, and never an id`() throws {
        let event = try envelope(#"{"traceparent":"mine"}"#, type: "application/cloudevents+json")
        #expect(event["traceid"]?.text == Self.ours)
        #expect(event["traceparent"]?.text == Self.ours)
        #expect(event["id"] == nil)
    }

    @Test func `a ready event must be an object`() {
        let envelope = EventEnvelope(
            topic: "t", pubsubname: "pubsub", source: "a", metadata: PublishMetadata(query: ""),
            trace: TraceFields(),
            now: Date(timeIntervalSince1970: 0), newID: "")
        #expect(envelope.bytes(body: Array("[1]".utf8), contentType: "application/cloudevents+json") == nil)
    }

    @Test func `a time to live becomes an expiration`() throws {
        let event = try envelope("x", type: nil, query: "metadata.ttlInSeconds=60")
        #expect(event["expiration"]?.text == "2023-11-14T22:14:20Z")
    }
}
