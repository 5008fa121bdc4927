import Dapr
import Testing

@Suite struct CloudEventTests {
    private var event: CloudEvent {
        var event = CloudEvent(
            id: "019a0000-0000-7000-8000-000000000001", source: "tasks", type: "todo.task.created.v1",
            subject: "task-1", time: "2026-11-21T09:30:00.125Z",
            dataSchema: "urn:todo:schema:todo.task.created.v1", partitionKey: "task-1", userID: "user-1",
            sequence: 9_007_199_254_740_993, actor: "user",
            data: Array(#"{"n": 1.10, "big":12345678901234567890.5e-3,"t":"ä\u00e4"}"#.utf8))
        event.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        event.traceid = event.traceparent
        event.tracestate = "a=b"
        event.baggage = "k=v"
        return event
    }

    @Test func `an envelope is written as it always was`() {
        let golden = """
            {"specversion":"1.0","id":"019a0000-0000-7000-8000-000000000001","source":"tasks",\
            "type":"todo.task.created.v1","subject":"task-1","time":"2026-11-21T09:30:00.125Z",\
            "datacontenttype":"application/json","dataschema":"urn:todo:schema:todo.task.created.v1",\
            "partitionkey":"task-1","userid":"user-1","sequence":9007199254740993,"actor":"user",\
            "traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",\
            "traceid":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","tracestate":"a=b","baggage":"k=v",\
            "data":{"n": 1.10, "big":12345678901234567890.5e-3,"t":"ä\\u00e4"}}
            """
        #expect(String(decoding: event.jsonBytes(), as: UTF8.self) == golden)
    }

    @Test func `an envelope read is the envelope written`() throws {
        var sent = event
        sent.topic = "todo.events"
        sent.pubsubName = "pubsub"
        #expect(try CloudEvent(json: sent.jsonBytes()) == sent)
    }

    @Test func `absent members are left out`() {
        let bare = CloudEvent(id: "1", source: "a", type: "t", time: "", data: [])
        #expect(
            String(decoding: bare.jsonBytes(), as: UTF8.self)
                == #"{"specversion":"1.0","id":"1","source":"a","type":"t","datacontenttype":"application/json"}"#
        )
    }

    @Test func `texts survive every character that JSON escapes`() throws {
        var sent = event
        sent.subject = "quote \" slash / back \\ line \n tab \t nul \u{0} bell \u{7} ä € 🙂 \u{2028}"
        #expect(try CloudEvent(json: sent.jsonBytes()) == sent)
    }

    @Test func `an event as the sidecar delivers it is read`() throws {
        let delivered = #"""
            {"data":{"html":"\u003cb\u003e"},"datacontenttype":"application/json","expiration":"2026-11-22T00:00:00Z",
             "id":"e-1","pubsubname":"pubsub","sequence":"42","source":"tasks","specversion":"1.0","subject":null,
             "time":"2026-11-21T09:30:00Z","topic":"todo.events","traceid":"","traceparent":7,"tracestate":"",
             "type":"todo.task.created.v1","unknown":{"deep":[1,[2,{"x":null}]]}}
            """#
        let event = try CloudEvent(json: Array(delivered.utf8))
        #expect(event.id == "e-1")
        #expect(event.sequence == 42)
        #expect(event.subject == nil)
        #expect(event.traceparent == nil)
        #expect(event.traceid == "")
        #expect(event.topic == "todo.events")
        #expect(event.pubsubName == "pubsub")
        #expect(event.data == Array(#"{"html":"\u003cb\u003e"}"#.utf8))
    }

    @Test func `binary data is decoded and goes out as it came`() throws {
        let text = #"{"specversion":"1.0","id":"1","source":"a","type":"t","data_base64":"AAH/"}"#
        let event = try CloudEvent(json: Array(text.utf8))
        #expect(event.isBinary)
        #expect(event.data == [0, 1, 255])
        #expect(try CloudEvent(json: event.jsonBytes()) == event)
    }

    @Test func `data that is no JSON goes out as a string`() throws {
        let event = CloudEvent(
            id: "1", source: "a", type: "t", time: "", dataContentType: "text/plain",
            data: Array("{oops".utf8))
        #expect(try CloudEvent(json: event.jsonBytes()).data == Array("\"{oops\"".utf8))
    }

    @Test(arguments: [
        ("", CloudEventError.notAnObject), ("[]", .notAnObject), ("{", .notAnObject), ("{}x", .notAnObject),
        (#"{"a":01}"#, .notAnObject), (#"{"a":1,}"#, .notAnObject), (#"{"a":"\x"}"#, .notAnObject),
        (#"{"a":tru}"#, .notAnObject), (#"{"a":"\#u{1}"}"#, .notAnObject), (#"{"a":-}"#, .notAnObject),
        (#"{"source":"a","type":"t"}"#, .missing(field: "id")),
        (#"{"id":"1","type":"t"}"#, .missing(field: "source")),
        (#"{"id":"1","source":"a","type":null}"#, .missing(field: "type")),
        (#"{"id":"","source":"a","type":"t"}"#, .invalid(field: "id")),
        (#"{"id":5,"source":"a","type":"t"}"#, .invalid(field: "id")),
        (#"{"id":"1","source":"a","type":"t","specversion":"0.3"}"#, .invalid(field: "specversion")),
        (#"{"id":"1","source":"a","type":"t","sequence":1.5}"#, .invalid(field: "sequence")),
        (#"{"id":"1","source":"a","type":"t","time":{}}"#, .invalid(field: "time")),
        (#"{"id":"1","source":"a","type":"t","data_base64":"?"}"#, .invalid(field: "data_base64")),
    ])
    func `an envelope that cannot be read names its member`(text: String, error: CloudEventError) {
        #expect(throws: error) { try CloudEvent(json: Array(text.utf8)) }
    }

    @Test func `hostile nesting and broken UTF-8 are refused`() {
        let deep = #"{"a":"# + String(repeating: "[", count: 100_000)
        #expect(throws: CloudEventError.notAnObject) { try CloudEvent(json: Array(deep.utf8)) }
        let broken = Array(#"{"id":""#.utf8) + [0xC3, 0x28] + Array(#"","source":"a","type":"t"}"#.utf8)
        #expect(throws: CloudEventError.notAnObject) { try CloudEvent(json: broken) }
    }
}
