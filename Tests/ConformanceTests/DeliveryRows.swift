import CurlHTTP
import TestSupport

/// §2: subscriptions, deliveries, what answers mean, and what becomes of failures.
extension Rows {
    private static func to(_ topic: String, _ query: String = "", pubsub: String = "{pubsub}") -> Call {
        Call(
            "POST", "/v1.0/publish/\(pubsub)/conformance.\(topic)?metadata.row={id}\(query)", "{id}",
            type: "text/plain", 204)
    }

    static let delivery: [Row] = requests + subscriptions + answers + letters + retries + bulks

    private static let requests: [Row] = [
        Row(
            "2.3", "a delivery names its place in the log", to("plain", "&metadata.partitionKey=k"),
            deliveries: [
                Delivery(
                    "/plain",
                    has: [
                        ("content-type", "application/cloudevents+json"), ("content-length", "*"),
                        ("pubsubname", "{pubsub}"), ("__key", "k"), ("__topic", "conformance.plain"),
                        ("__partition", "*"), ("__offset", "*"), ("__timestamp", "1*"),
                    ])
            ]),
        Row(
            "2.3", "and the app's token", to("plain"),
            deliveries: [Delivery("/plain", has: [("dapr-api-token", "{appToken}")])]),
        Row(
            "2.3", "headers that end with -bin are not passed on", to("plain", "&metadata.x-bin=1"),
            deliveries: [Delivery("/plain", has: [("x-bin", nil)])]),
        Row(
            "2.3", "one key keeps its order", to("plain", "&metadata.partitionKey={id}&metadata.n=1"),
            to("plain", "&metadata.partitionKey={id}&metadata.n=2"),
            to("plain", "&metadata.partitionKey={id}&metadata.n=3"),
            deliveries: ["1", "2", "3"].map { Delivery("/plain", has: [("n", $0)]) }),
        Row(
            "2.3", "foreign JSON objects are passed as they are",
            Call("POST", "\(plain)?\(binary)", #"{"x":[1, 2]}"#, 204),
            deliveries: [
                Delivery(
                    "/plain", .text(#"{"x":[1, 2]}"#), has: [("content-type", "application/cloudevents+json")]
                )
            ]),
        Row(
            "2.3", "a raw subscription wraps whatever comes",
            Call("POST", "/v1.0/publish/{pubsub}/conformance.raw?\(binary)", "abc", 204),
            deliveries: [
                Delivery(
                    "/raw",
                    .json(
                        #"{"id":"*-*-*-*-*","specversion":"1.0","source":"Dapr","type":"com.dapr.event.sent","#
                            + #""datacontenttype":"application/octet-stream","topic":"conformance.raw","#
                            + #""pubsubname":"{pubsub}","data_base64":"YWJj"}"#))
            ]),
    ]

    private static let subscriptions: [Row] = [
        Row(
            "2.1", "the first rule that fits takes the event",
            to("rules", "&metadata.cloudevent.type=special"), deliveries: [Delivery("/special")]),
        Row("2.1", "then the second", to("rules"), deliveries: [Delivery("/second")]),
        Row(
            "2.1", "what no rule takes goes to the default",
            to("rules", "&metadata.cloudevent.source=other"), deliveries: [Delivery("/default")]),
        Row(
            "2.1", "an event that no rule takes goes to the dead letters", to("narrow"),
            deliveries: [Delivery("/letters")]),
        Row(
            "2.1", "an event that a rule takes does not",
            to("narrow", "&metadata.cloudevent.type=special"), deliveries: [Delivery("/special")]),
        Row("2.2", "files declare subscriptions too", to("declared"), deliveries: [Delivery("/declared")]),
        Row(
            "2.2", "what the application says wins over a file", to("plain"), deliveries: [Delivery("/plain")]
        ),
    ]

    private static func settled(_ name: String, _ reply: TinyHTTPServer.Reply) -> Row {
        Row(
            "2.4", "\(name): taken", to("dead", "&metadata.partitionKey={id}&metadata.n=1"),
            to("dead", "&metadata.partitionKey={id}&metadata.n=2"), replies: [reply],
            deliveries: [Delivery("/dead", has: [("n", "1")]), Delivery("/dead", has: [("n", "2")])])
    }

    private static func dead(_ name: String, _ reply: TinyHTTPServer.Reply) -> Row {
        Row(
            "2.4", "\(name): a dead letter at once", to("dead"), replies: [reply, .respond(200)],
            deliveries: [Delivery("/dead"), Delivery("/letters")])
    }

    private static let answers: [Row] = [
        settled("200 without a body", .respond(200)),
        settled("204", .respond(204)),
        settled("SUCCESS", .json(200, #"{"status":"SUCCESS"}"#)),
        settled("an empty status", .json(200, #"{"status":""}"#)),
        settled("a body that is no JSON", .text(200, "fine")),
        settled("JSON without a status", .json(200, "{}")),
        dead("RETRY without a policy", .json(200, #"{"status":"RETRY"}"#)),
        dead("DROP", .json(200, #"{"status":"DROP"}"#)),
        dead("a status in lower case", .json(200, #"{"status":"success"}"#)),
        dead("an unknown status", .json(200, #"{"status":"LATER"}"#)),
        dead("404", .respond(404)),
        dead("400", .respond(400)),
        dead("500", .respond(500)),
        dead("a redirect, which is not followed", .respond(302, headers: ["location": "/plain"])),
        // libcurl asks once more on a kept connection that closes without a word; Go does so only if nothing was
        // sent. Consumers are idempotent, so that either will do.
        Row(
            "2.4", "a connection that is closed: a dead letter at once", to("dead"),
            replies: [.close, .respond(200)], deliveries: [Delivery("/dead"), Delivery("/letters")],
            tolerated: [Delivery("/dead"), Delivery("/dead")]),
        Row(
            "2.5", "without dead letters a failure is tried again", to("plain"),
            replies: [.respond(500), .json(200, #"{"status":"RETRY"}"#), .respond(200)],
            deliveries: [Delivery("/plain"), Delivery("/plain"), Delivery("/plain")]),
        Row(
            "2.4", "without dead letters DROP is the end",
            to("plain", "&metadata.partitionKey={id}&metadata.n=1"),
            to("plain", "&metadata.partitionKey={id}&metadata.n=2"),
            replies: [.json(200, #"{"status":"DROP"}"#)],
            deliveries: [Delivery("/plain", has: [("n", "1")]), Delivery("/plain", has: [("n", "2")])]),
    ]

    private static let letters: [Row] = [
        Row(
            "2.6", "a dead letter has its first place, key and bytes",
            to("dead", "&metadata.partitionKey=k&metadata.note=n"), replies: [.respond(500), .respond(200)],
            deliveries: [
                Delivery("/dead", .text("@bytes"), has: [("__offset", "@offset")]),
                Delivery(
                    "/letters", .text("{bytes}"),
                    has: [
                        ("__topic", "conformance.dead"), ("__offset", "{offset}"), ("__key", "k"),
                        ("note", "n"),
                    ]),
            ]),
        Row(
            "2.6", "its envelope still names the first topic", to("dead"),
            replies: [.respond(500), .respond(200)],
            deliveries: [
                Delivery("/dead", .json(#"{"topic":"conformance.dead","traceparent":"@position","...":0}"#)),
                Delivery(
                    "/letters", .json(#"{"topic":"conformance.dead","traceparent":"{position}","...":0}"#)),
            ]),
        Row(
            "2.6", "what cannot be read is a dead letter",
            Call("POST", "/v1.0/publish/{pubsub}/conformance.dead?\(binary)", "[1]", 204),
            skipped: "no subscription of the table would show it: they read events"),
        Row(
            "2.6", "an expired event is a dead letter", to("dead", "&metadata.ttlInSeconds=1"),
            skipped: "needs a consumer that is away for a second; SubscriptionRulesTests has one"),
    ]

    private static let retries: [Row] = [
        Row(
            "2.8", "a policy repeats in place, then the event is a dead letter",
            to("retried", pubsub: "{retry}"),
            replies: [.respond(500), .respond(500), .respond(500), .respond(200)],
            deliveries: [
                Delivery("/retried"), Delivery("/retried"), Delivery("/retried"), Delivery("/letters"),
            ]),
        Row(
            "2.8", "a repetition that succeeds is the end of it", to("retried", pubsub: "{retry}"),
            replies: [.json(200, #"{"status":"RETRY"}"#), .respond(200)],
            deliveries: [Delivery("/retried"), Delivery("/retried")]),
        Row(
            "2.8", "DROP is not repeated", to("retried", pubsub: "{retry}"),
            replies: [.json(200, #"{"status":"DROP"}"#), .respond(200)],
            deliveries: [Delivery("/retried"), Delivery("/letters")]),
        Row(
            "2.8", "404 is not repeated", to("retried", pubsub: "{retry}"),
            replies: [.respond(404), .respond(200)],
            deliveries: [Delivery("/retried"), Delivery("/letters")]),
        Row(
            "2.8", "later events of a key wait for the repetitions",
            to("retried", "&metadata.partitionKey={id}&metadata.n=1", pubsub: "{retry}"),
            to("retried", "&metadata.partitionKey={id}&metadata.n=2", pubsub: "{retry}"),
            replies: [.respond(500), .respond(200)],
            deliveries: ["1", "1", "2"].map { Delivery("/retried", has: [("n", $0)]) }),
        Row(
            "2.8", "targets.apps policies repeat invocations", Call("GET", "/", 200),
            skipped: "targets.apps is not offered by the stand-in"),
    ]

    private static let bulks: [Row] = [
        Row(
            "2.7", "events come together, each with its place",
            to("bulk", "&metadata.partitionKey={id}"), to("bulk", "&metadata.partitionKey={id}"),
            replies: [
                .json(
                    200,
                    #"{"statuses":[{"entryId":"0","status":"SUCCESS"},{"entryId":"1","status":"SUCCESS"}]}"#)
            ],
            deliveries: [
                Delivery(
                    "/bulk",
                    .json(
                        #"{"id":"*","type":"com.dapr.event.sent.bulk","topic":"conformance.bulk","#
                            + #""pubsubname":"{pubsub}","metadata":"*","entries":[{"entryId":"0","event":"#
                            + #"{"data":"{id}","...":0},"metadata":{"__key":"{id}","...":0},"#
                            + #""contentType":"application/cloudevents+json"},{"entryId":"1","...":0}]}"#),
                    has: [("content-type", "application/json"), ("traceparent", "00-*")])
            ]),
        Row(
            "2.7", "an entry that is not named comes again",
            to("bulk", "&metadata.partitionKey={id}&metadata.n=1"), to("bulk", "&metadata.partitionKey={id}"),
            replies: [
                .json(200, #"{"statuses":[{"entryId":"0","status":"SUCCESS"}]}"#),
                .json(
                    200,
                    #"{"statuses":[{"entryId":"0","status":"SUCCESS"},{"entryId":"1","status":"SUCCESS"}]}"#),
            ], deliveries: [Delivery("/bulk"), Delivery("/bulk")]),
    ]
}
