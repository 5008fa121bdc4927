import CurlHTTP
import TestSupport

/// §4: one app calls another, here itself.
extension Rows {
    private static let method = "/v1.0/invoke/{app}/method/{id}"

    private static func passed(_ status: Int) -> Row {
        let content = status == 204 || status == 304 ? Call.Content.empty : .text("own")
        let reply: TinyHTTPServer.Reply =
            status == 204 || status == 304 ? .respond(status) : .text(status, "own", type: "text/x-own")
        return Row(
            "4", "an answer of \(status) is passed through", Call("GET", method, status, answer: content),
            replies: [reply], deliveries: [Delivery("/{id}", method: "GET")])
    }

    private static func verb(_ verb: String) -> Row {
        Row(
            "4", "\(verb) is handed on", Call(verb, method, verb == "GET" ? "" : "body", 200),
            deliveries: [Delivery("/{id}", method: verb, verb == "GET" ? .empty : .text("body"))])
    }

    static let invocation: [Row] =
        ["GET", "POST", "PUT", "PATCH", "DELETE"].map(verb)
        + [200, 201, 204, 400, 401, 404, 409, 500, 503].map(passed)
        + [
            Row(
                "4", "path, query and escapes are handed on", Call("GET", "\(method)/a%20b/c?x=1&y=%2F", 200),
                deliveries: [Delivery("/{id}/a%20b/c?x=1&y=%2F", method: "GET")]),
            Row(
                "4", "headers are handed on, with who calls and whom",
                Call("GET", method, headers: [("x-own", "1")], 200),
                deliveries: [
                    Delivery(
                        "/{id}", method: "GET",
                        has: [
                            ("x-own", "1"), ("dapr-caller-app-id", "{app}"), ("dapr-callee-app-id", "{app}"),
                            ("dapr-api-token", "{appToken}"), ("x-forwarded-host", "*"), ("forwarded", "*"),
                        ])
                ]),
            Row(
                "4", "hop-by-hop headers are not",
                Call("GET", method, headers: [("keep-alive", "7"), ("proxy-authorization", "x")], 200),
                deliveries: [
                    Delivery(
                        "/{id}", method: "GET", has: [("keep-alive", nil), ("proxy-authorization", nil)])
                ]),
            Row(
                "4", "the app's headers come back", Call("GET", method, 200, has: [("x-own", "2")]),
                replies: [.respond(200, headers: ["x-own": "2"])],
                deliveries: [Delivery("/{id}", method: "GET")]),
            Row(
                "4", "an app may be named by a header",
                Call("GET", "/{id}", headers: [("dapr-app-id", "{app}")], 200),
                deliveries: [Delivery("/{id}", method: "GET")]),
            Row(
                "4", "the trace goes on to the app",
                Call(
                    "GET", method,
                    headers: [("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")], 200
                ),
                deliveries: [
                    Delivery(
                        "/{id}", method: "GET",
                        has: [("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-*-01")])
                ]),
            Row(
                "4", "baggage goes on to the app", Call("GET", method, headers: [("baggage", "k=v")], 200),
                deliveries: [Delivery("/{id}", method: "GET", has: [("baggage", "k=v")])]),
            Row(
                "4", "an app that is not there",
                Call(
                    "GET", "/v1.0/invoke/nobody-{id}/method/x", 500,
                    answer: .json(
                        #"{"errorCode":"ERR_DIRECT_INVOKE","message":"failed to invoke, id: nobody-{id}, err: *"}"#
                    ))),
            Row(
                "4", "no app at all",
                Call("GET", "/v1.0/invoke", 404, answer: Call.error("ERR_DIRECT_INVOKE"))),
            Row(
                "4", "a path of nobody",
                Call("GET", "/v2/anything", 404, answer: Call.error("ERR_DIRECT_INVOKE"))),
            Row(
                "4", "access control denies", Call("GET", method, 403),
                skipped: "needs two apps; see Tests/LocalDaprTests/AppSidecarTests"),
            Row(
                "4", "exactly text/event-stream: an error loses status and body",
                Call(
                    "GET", method, headers: [("accept", "text/event-stream")], 500,
                    answer: .json(#"{"errorCode":"ERR_DIRECT_INVOKE","message":"*"}"#)),
                replies: [.text(429, "own")], deliveries: [Delivery("/{id}", method: "GET")]),
            Row(
                "4", "another accept besides: it keeps them",
                Call(
                    "GET", method, headers: [("accept", "application/json, text/event-stream")], 429,
                    answer: .text("own")),
                replies: [.text(429, "own")], deliveries: [Delivery("/{id}", method: "GET")]),
            Row(
                "4", "a stream is passed through",
                Call(
                    "GET", method, headers: [("accept", "text/event-stream")], 200,
                    answer: .text("data: 1\n\ndata: 2\n\n"),
                    has: [("content-type", "text/event-stream")]),
                replies: [
                    .chunked(
                        200, headers: ["content-type": "text/event-stream"],
                        chunks: [Array("data: 1\n\n".utf8), Array("data: 2\n\n".utf8)])
                ], deliveries: [Delivery("/{id}", method: "GET")]),
        ]
}
