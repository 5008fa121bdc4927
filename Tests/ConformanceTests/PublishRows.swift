/// §1.1–1.7: publishing. What was published is read where it is delivered.
extension Rows {
    static let plain = "/v1.0/publish/{pubsub}/conformance.plain"
    static let bulk = "/v1.0/publish/bulk/{pubsub}/conformance.plain"
    static let ready = "application/cloudevents+json"
    static let binary = "metadata.rawPayload=true&metadata.row={id}"

    /// The members that every envelope has, with more or other ones.
    static func envelope(_ members: String, type: String = "application/json") -> Call.Content {
        .json(
            #"{"id":"*-*-*-*-*","specversion":"1.0","type":"com.dapr.event.sent","source":"{app}","#
                + #""datacontenttype":"\#(type)","topic":"conformance.plain","pubsubname":"{pubsub}","#
                + #""time":"20*T*:*:*","traceid":"@trace","traceparent":"*","tracestate":"*",\#(members)}"#)
    }

    static let publish: [Row] = calls + contentTypes + readyEvents + metadata + bulkPublish + publishErrors

    private static let calls: [Row] = [
        Row(
            "1.1", "POST is answered 204 without a body",
            Call("POST", plain, "{id}", type: "text/plain", 204, answer: .empty),
            deliveries: [Delivery("/plain")]),
        Row(
            "1.1", "PUT does the same", Call("PUT", plain, "{id}", type: "text/plain", 204, answer: .empty),
            deliveries: [Delivery("/plain")]),
        Row(
            "1.1", "a topic may have slashes",
            Call("POST", "/v1.0/publish/{pubsub}/conformance/{id}", "{}", type: "application/json", 204)),
        Row(
            "1.1", "a topic's escapes are undone",
            Call("POST", "/v1.0/publish/{pubsub}/conformance%2Eplain", "{id}", type: "text/plain", 204),
            deliveries: [Delivery("/plain")]),
        Row(
            "1.1", "parameters without the prefix are no metadata",
            Call("POST", "\(plain)?rawPayload=true&note={id}", "{id}", type: "text/plain", 204),
            deliveries: [
                Delivery("/plain", envelope(#""data":"{id}""#, type: "text/plain"), has: [("note", nil)])
            ]),
        Row(
            "1.1", "request headers are no metadata",
            Call("POST", plain, "{id}", type: "text/plain", headers: [("note", "x")], 204),
            deliveries: [Delivery("/plain", has: [("note", nil)])]),
        Row(
            "1.1", "of two values of a parameter the first wins",
            Call("POST", "\(plain)?metadata.note=a&metadata.note=b", "{id}", type: "text/plain", 204),
            deliveries: [Delivery("/plain", has: [("note", "a")])]),
    ]

    private static func typed(
        _ name: String, _ type: String?, _ body: String, _ data: String, as given: String
    ) -> Row {
        Row(
            "1.2", name, Call("POST", "\(plain)?metadata.row={id}", body, type: type, 204),
            deliveries: [Delivery("/plain", envelope(data, type: given))])
    }

    private static let contentTypes: [Row] = [
        typed("no content type: text", nil, "{id}", #""data":"{id}""#, as: "text/plain"),
        typed(
            "JSON stays JSON", "application/json", #"{"a":[1,"{id}"]}"#, #""data":{"a":[1,"{id}"]}"#,
            as: "application/json"),
        typed(
            "JSON with parameters", "application/json; charset=utf-8", "[true]", #""data":[true]"#,
            as: "application/json; charset=utf-8"),
        typed("JSON of one value", "application/json", "7", #""data":7"#, as: "application/json"),
        typed(
            "large numbers keep their digits", "application/json", #"{"n":9007199254740993}"#,
            #""data":{"n":9007199254740993}"#, as: "application/json"),
        typed(
            "broken JSON becomes text", "application/json", "{{id}", #""data":"{{id}""#,
            as: "application/json"),
        typed(
            "…+json is text", "application/foo+json", #"{"a":1}"#, #""data":"{\"a\":1}""#,
            as: "application/foo+json"),
        typed("XML is text", "text/xml", "<a>{id}</a>", #""data":"<a>{id}</a>""#, as: "text/xml"),
        typed(
            "bytes become base64", "application/octet-stream", "abc", #""data_base64":"YWJj""#,
            as: "application/octet-stream"),
        Row(
            "1.3", "traceid and traceparent are the same W3C position",
            Call("POST", plain, "{id}", type: "text/plain", 204),
            deliveries: [
                Delivery("/plain", .json(#"{"traceid":"@trace","traceparent":"*","...":0}"#))
            ]),
        Row(
            "1.3", "members are in alphabetical order, and angle brackets escaped",
            Call("POST", plain, #"{"b":"<{id}>","a":1}"#, type: "application/json", 204),
            deliveries: [
                Delivery("/plain", .text(#"{"data":{"a":1,"b":"\u003c{id}\u003e"},"datacontenttype"*"#))
            ]),
        Row(
            "1.3", "the delivery's type is that of an event, whatever was published",
            Call("POST", plain, "{id}", type: "text/xml", 204),
            deliveries: [Delivery("/plain", has: [("content-type", "application/cloudevents+json")])]),
    ]

    private static let readyEvents: [Row] = [
        Row(
            "1.4", "a ready event keeps what it says",
            Call(
                "POST", plain,
                #"{"id":"{id}","source":"s","type":"t","specversion":"1.0","time":"then","traceid":"x","#
                    + #""traceparent":"y","tracestate":"z","other":{"n":1},"data":{"k":1}}"#, type: ready, 204
            ),
            deliveries: [
                Delivery(
                    "/plain",
                    .json(
                        #"{"id":"{id}","source":"s","type":"t","specversion":"1.0","time":"then","traceid":"x","#
                            + #""traceparent":"y","tracestate":"z","other":{"n":1},"data":{"k":1},"#
                            + #""topic":"conformance.plain","pubsubname":"{pubsub}"}"#))
            ]),
        Row(
            "1.4", "what is missing is filled in, except the id",
            Call("POST", plain, #"{"data":"{id}"}"#, type: ready, 204),
            deliveries: [
                Delivery(
                    "/plain",
                    .json(
                        #"{"id":null,"source":"Dapr","type":"com.dapr.event.sent","specversion":"1.0","#
                            + #""time":"20*","data":"{id}","...":0}"#))
            ]),
        Row(
            "1.4", "topic and pubsubname are always overwritten",
            Call("POST", plain, #"{"id":"{id}","topic":"a","pubsubname":"b"}"#, type: ready, 204),
            deliveries: [
                Delivery(
                    "/plain",
                    .json(#"{"topic":"conformance.plain","pubsubname":"{pubsub}","...":0}"#))
            ]),
        Row(
            "1.4", "without traceid both are the sidecar's, even a given traceparent",
            Call("POST", plain, #"{"id":"{id}","traceparent":"mine"}"#, type: ready, 204),
            deliveries: [
                Delivery("/plain", .json(#"{"traceparent":"!mine","traceid":"00-*-01","...":0}"#))
            ]),
        Row(
            "1.4", "with traceid both are left alone",
            Call("POST", plain, #"{"id":"{id}","traceid":"mine","traceparent":"other"}"#, type: ready, 204),
            deliveries: [Delivery("/plain", .json(#"{"traceparent":"other","traceid":"mine","...":0}"#))]),
        Row(
            "1.4", "no JSON is an error of the event",
            Call(
                "POST", plain, "{id}", type: ready, 500,
                answer: Call.error("ERR_PUBSUB_CLOUD_EVENTS_SER", reason: "*"))),
        Row(
            "1.4", "a JSON list is no event",
            Call(
                "POST", plain, #"["{id}"]"#, type: ready, 500,
                answer: .json(#"{"errorCode":"ERR_PUBSUB_CLOUD_EVENTS_SER","...":0}"#))),
        Row(
            "1.4", "overrides do not touch a ready event",
            Call(
                "POST", "\(plain)?metadata.cloudevent.type=x", #"{"id":"{id}","type":"t"}"#, type: ready, 204),
            deliveries: [Delivery("/plain", .json(#"{"type":"t","...":0}"#))]),
        Row(
            "1.4", "the content type may have parameters",
            Call("POST", plain, #"{"id":"{id}"}"#, type: "\(ready); charset=utf-8", 204),
            deliveries: [Delivery("/plain", .json(#"{"id":"{id}","...":0}"#))]),
    ]

    private static func override(_ name: String, _ value: String) -> Row {
        Row(
            "1.5", "cloudevent.\(name) overrides the envelope's",
            Call("POST", "\(plain)?metadata.cloudevent.\(name)=\(value)", "{id}", type: "text/plain", 204),
            deliveries: [Delivery("/plain", .json(#"{"\#(name)":"\#(value)","...":0}"#))])
    }

    private static let metadata: [Row] =
        [("id", "own"), ("source", "own"), ("type", "own"), ("subject", "own"), ("tracestate", "k=v")]
        .map { override($0.0, $0.1) } + [
            Row(
                "1.5", "cloudevent.traceparent sets both positions",
                Call("POST", "\(plain)?metadata.cloudevent.traceparent=own", "{id}", type: "text/plain", 204),
                deliveries: [Delivery("/plain", .json(#"{"traceparent":"own","traceid":"own","...":0}"#))]),
            Row(
                "1.5", "names of overrides are read in any case",
                Call("POST", "\(plain)?metadata.CloudEvent.Type=own", "{id}", type: "text/plain", 204),
                deliveries: [Delivery("/plain", .json(#"{"type":"own","...":0}"#))]),
            Row(
                "1.5", "the topic cannot be overridden",
                Call("POST", "\(plain)?metadata.cloudevent.topic=own", "{id}", type: "text/plain", 204),
                deliveries: [Delivery("/plain", .json(#"{"topic":"conformance.plain","...":0}"#))]),
            Row(
                "1.5", "a time to live becomes an expiration",
                Call("POST", "\(plain)?metadata.ttlInSeconds=600", "{id}", type: "text/plain", 204),
                deliveries: [Delivery("/plain", .json(#"{"expiration":"20*T*","...":0}"#))]),
            Row(
                "1.5", "a time to live may be a duration",
                Call("POST", "\(plain)?metadata.ttlInSeconds=10m", "{id}", type: "text/plain", 204),
                deliveries: [Delivery("/plain", .json(#"{"expiration":"20*T*","...":0}"#))]),
            Row(
                "1.5", "raw bytes are published as they are",
                Call("POST", "\(plain)?\(binary)", #"{"a" : 1}"#, type: "application/json", 204),
                deliveries: [Delivery("/plain", .text(#"{"a" : 1}"#), has: [("traceparent", nil)])]),
            Row(
                "1.5", "a rawPayload that is no truth value is refused",
                Call(
                    "POST", "\(plain)?metadata.rawPayload=perhaps", "{id}", 400,
                    answer: Call.error("ERR_PUBSUB_REQUEST_METADATA", reason: "*"))),
            Row(
                "1.5", "the partition key comes as __key",
                Call("POST", "\(plain)?metadata.partitionKey=k", "{id}", type: "text/plain", 204),
                deliveries: [Delivery("/plain", has: [("__key", "k")])]),
            Row(
                "1.5", "other metadata comes as a header",
                Call("POST", "\(plain)?metadata.Note=a%20b", "{id}", type: "text/plain", 204),
                deliveries: [Delivery("/plain", has: [("note", "a b")])]),
        ]

    private static func entries(_ entries: String...) -> String { "[\(entries.joined(separator: ","))]" }

    private static func bulkError(_ name: String, _ body: String) -> Row {
        Row(
            "1.6", name,
            Call(
                "POST", bulk, body, type: "application/json", 400,
                answer: Call.error("ERR_PUBSUB_EVENTS_SER", reason: "*")))
    }

    private static let bulkPublish: [Row] = [
        Row(
            "1.6", "all entries are accepted with one 204, each with a position of its own",
            Call(
                "POST", "\(bulk)?metadata.partitionKey={id}",
                entries(
                    #"{"entryId":"1","event":"{id}","contentType":"text/plain"}"#,
                    #"{"entryId":"2","event":"{id}","contentType":"text/plain"}"#), type: "application/json",
                204,
                answer: .empty),
            deliveries: [
                Delivery("/plain", .json(#"{"traceparent":"@first","...":0}"#)),
                Delivery("/plain", .json(#"{"traceparent":"!{first}","...":0}"#)),
            ]),
        Row(
            "1.6", "the older path still works",
            Call(
                "POST", "/v1.0-alpha1/publish/bulk/{pubsub}/conformance.plain",
                entries(#"{"entryId":"1","event":{"a":"{id}"},"contentType":"application/json"}"#),
                type: "application/json", 204),
            deliveries: [Delivery("/plain", envelope(#""data":{"a":"{id}"}"#))]),
        Row(
            "1.6", "binary events come as base64",
            Call(
                "POST", "\(bulk)?metadata.row={id}",
                entries(#"{"entryId":"1","event":"YWJj","contentType":"application/octet-stream"}"#),
                type: "application/json", 204),
            deliveries: [
                Delivery("/plain", envelope(#""data_base64":"YWJj""#, type: "application/octet-stream"))
            ]),
        Row(
            "1.6", "ready events go in bulk too",
            Call(
                "POST", bulk,
                entries(#"{"entryId":"1","event":{"id":"{id}","traceid":"t"},"contentType":"\#(ready)"}"#),
                type: "application/json", 204),
            deliveries: [Delivery("/plain", .json(#"{"id":"{id}","traceid":"t","...":0}"#))]),
        Row(
            "1.6", "an entry's metadata is its own",
            Call(
                "POST", bulk,
                entries(
                    #"{"entryId":"1","event":"{id}","contentType":"text/plain","metadata":{"partitionKey":"k"}}"#
                ),
                type: "application/json", 204),
            deliveries: [Delivery("/plain", has: [("__key", "k")])]),
        bulkError("an entry without an id is refused", #"[{"event":"{id}","contentType":"text/plain"}]"#),
        bulkError(
            "two entries of one id are refused",
            #"[{"entryId":"1","event":"a","contentType":"text/plain"},{"entryId":"1","event":"b","contentType":"text/plain"}]"#
        ),
        bulkError("what is no list is refused", #"{"entryId":"1"}"#),
        bulkError("what is no JSON is refused", "{id}"),
        bulkError(
            "an event that does not fit its type is refused",
            #"[{"entryId":"1","event":{"a":1},"contentType":"text/plain"}]"#),
        Row(
            "1.6", "in bulk as well: a component that is not there",
            Call(
                "POST", "/v1.0/publish/bulk/nowhere/t", "[]", type: "application/json", 404,
                answer: Call.error("ERR_PUBSUB_NOT_FOUND", reason: "DAPR_PUBSUB_NOT_FOUND"))),
        Row(
            "1.6", "in bulk as well: a topic that is not allowed",
            Call(
                "POST", "/v1.0/publish/bulk/{pubsub}/conformance.protected", "[]", type: "application/json",
                403,
                answer: .json(#"{"errorCode":"ERR_PUBSUB_FORBIDDEN","...":0}"#))),
    ]

    private static let publishErrors: [Row] = [
        Row(
            "1.7", "a component that is not there",
            Call(
                "POST", "/v1.0/publish/nowhere/t", "{id}", 404,
                answer: .json(
                    #"{"errorCode":"ERR_PUBSUB_NOT_FOUND","message":"pubsub nowhere is not found","#
                        + #""details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","domain":"dapr.io","#
                        + #""reason":"DAPR_PUBSUB_NOT_FOUND","?metadata":"*"}]}"#),
                has: [("content-type", "application/json")])),
        Row(
            "1.7", "an empty topic",
            Call(
                "POST", "/v1.0/publish/{pubsub}/", "{id}", 404,
                answer: Call.error("ERR_TOPIC_NAME_EMPTY", reason: "*"))),
        Row(
            "1.7", "a topic that is not allowed",
            Call(
                "POST", "/v1.0/publish/{pubsub}/conformance.protected", "{id}", 403,
                answer: .json(
                    #"{"errorCode":"ERR_PUBSUB_FORBIDDEN","message":"topic conformance.protected is not allowed for app id {app}","...":0}"#
                ))),
        Row(
            "1.7", "GET is no way to publish",
            Call("GET", plain, 404, answer: Call.error("ERR_DIRECT_INVOKE"))),
        Row(
            "1.7", "no pubsub at all", Call("POST", "/v1.0/publish/p/t", 400),
            skipped: "needs a sidecar without components"),
        Row(
            "1.9", "a record header content-type switches to the binary mode",
            Call("POST", plain, 204), skipped: "Kafka's binary mode is not offered by the stand-in"),
        Row(
            "1.7", "the broker is away", Call("POST", plain, 500),
            skipped: "needs a fault of the broker; Tests/LocalDaprTests/FaultTests has it"),
    ]
}
