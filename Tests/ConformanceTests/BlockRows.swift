import TestSupport

/// §5 and §6: secrets, bindings, jobs.
extension Rows {
    private static let secret = "/v1.0/secrets/{secrets}"

    static let blocks: [Row] = [
        Row(
            "5", "a secret is an object with its name",
            Call("GET", "\(secret)/plain", 200, answer: .json(#"{"plain":"p"}"#))),
        Row(
            "5", "nested secrets have joined names",
            Call("GET", "\(secret)/db:pool:size", 200, answer: .json(#"{"db:pool:size":"5"}"#))),
        Row(
            "5", "all secrets, each an object",
            Call(
                "GET", "\(secret)/bulk", 200,
                answer: .json(
                    #"{"plain":{"plain":"p"},"db:user":{"db:user":"u"},"db:pool:size":{"db:pool:size":"5"}}"#)
            )),
        Row(
            "5", "a secret that is not there is a 500",
            Call("GET", "\(secret)/{id}", 500, answer: .json(#"{"errorCode":"ERR_SECRET_GET","...":0}"#))),
        Row(
            "5", "a store that is not there is a 401",
            Call(
                "GET", "/v1.0/secrets/nowhere/x", 401,
                answer: .json(#"{"errorCode":"ERR_SECRET_STORE_NOT_FOUND","...":0}"#))),
        Row(
            "5", "scopes of secrets", Call("GET", "\(secret)/x", 403),
            skipped: "needs another Configuration; see Tests/LocalDaprTests/SecretsRouteTests"),
        Row(
            "5", "an output binding that is not there",
            Call(
                "POST", "/v1.0/bindings/nowhere", #"{"operation":"create","data":1}"#,
                type: "application/json", 500,
                answer: .json(#"{"errorCode":"ERR_INVOKE_OUTPUT_BINDING","...":0}"#))),
        Row(
            "5", "a cron binding knocks at its route, with a trace of its own",
            Call("GET", "/v1.0/healthz", 204),
            deliveries: [
                Delivery(
                    "/conformance-tick", .empty,
                    has: [
                        ("content-type", "application/json"), ("traceparent", "00-*-*-01"), ("timezone", "*"),
                        ("readtimeutc", "20*"), ("dapr-api-token", "{appToken}"),
                    ])
            ], word: "conformance-tick"),
        Row(
            "5", "configuration stores", Call("GET", "/v1.0/configuration/x", 200),
            skipped: "the configuration API is not offered by the stand-in"),
    ]

    private static func job(_ body: String, _ status: Int, _ answer: Call.Content = .any) -> Call {
        var call = Call("POST", "/v1.0/jobs/{id}", body, type: "application/json", answer: answer)
        call.statuses = [status]
        return call
    }

    private static func refused(_ name: String, _ body: String, _ status: Int, _ code: String) -> Row {
        Row("6", name, job(body, status, .json(#"{"errorCode":"\#(code)","...":0}"#)))
    }

    private static let later = #"{"dueTime":"1h","data":{"n":1}}"#
    private static let removed = Call("DELETE", "/v1.0/jobs/{id}", 204, answer: .empty)

    static let jobs: [Row] = [
        Row("6", "a job is planned with 204", job(later, 204, .empty), removed),
        Row(
            "6", "and read, its data wrapped", job(later, 204),
            Call(
                "GET", "/v1.0/jobs/{id}", 200,
                answer: .json(
                    #"{"name":"{id}","dueTime":"1h","data":{"@type":"type.googleapis.com/google.protobuf.Value","value":{"n":1}},"...":0}"#
                )), removed),
        Row(
            "6", "the older path still works",
            Call("POST", "/v1.0-alpha1/jobs/{id}", later, type: "application/json", 204),
            Call("GET", "/v1.0-alpha1/jobs/{id}", 200), Call("DELETE", "/v1.0-alpha1/jobs/{id}", 204)),
        Row(
            "6", "a second of the name conflicts", job(later, 204),
            job(later, 409, .json(#"{"errorCode":"DAPR_SCHEDULER_SCHEDULE_JOB","...":0}"#)), removed),
        Row(
            "6", "unless it may overwrite", job(later, 204), job(#"{"dueTime":"2h","overwrite":true}"#, 204),
            removed),
        Row(
            "6", "a job that is not there is a 500",
            Call(
                "GET", "/v1.0/jobs/{id}", 500,
                answer: .json(#"{"errorCode":"DAPR_SCHEDULER_GET_JOB","...":0}"#))),
        Row("6", "to delete it is 204 all the same", removed),
        refused(
            "the name in the body as well", #"{"name":"x","dueTime":"1h"}"#, 400, "DAPR_SCHEDULER_JOB_NAME"),
        refused("neither schedule nor due time", "{}", 400, "DAPR_SCHEDULER_SCHEDULE_EMPTY"),
        refused("no JSON", "{id}", 400, "ERR_MALFORMED_REQUEST"),
        refused("a schedule that is none", #"{"schedule":"often"}"#, 500, "DAPR_SCHEDULER_SCHEDULE_JOB"),
        refused(
            "a schedule of five fields", #"{"schedule":"* * * * *"}"#, 500, "DAPR_SCHEDULER_SCHEDULE_JOB"),
        refused(
            "a zone with @every", #"{"schedule":"TZ=UTC @every 1h"}"#, 500, "DAPR_SCHEDULER_SCHEDULE_JOB"),
        refused("a due time that is none", #"{"dueTime":"soon"}"#, 500, "DAPR_SCHEDULER_SCHEDULE_JOB"),
        Row(
            "6", "a zone before six fields is fine",
            job(#"{"schedule":"TZ=Europe/Berlin 0 0 12 1 1 *"}"#, 204), removed),
        Row(
            "6", "names of columns are read as well", job(#"{"due_time":"1h"}"#, 204), removed),
        Row(
            "6", "an unknown member is passed over", job(#"{"dueTime":"1h","color":"red"}"#, 204), removed),
        Row(
            "6", "a job comes with its data and without a trace",
            job(#"{"dueTime":"1ms","data":{"n":[1]}}"#, 204),
            deliveries: [
                Delivery(
                    "/job/{id}", .json(#"{"n":[1]}"#),
                    has: [
                        ("content-type", "application/json"), ("traceparent", nil),
                        ("dapr-api-token", "{appToken}"),
                    ])
            ]),
        Row(
            "6", "a job without data comes with an empty body", job(#"{"dueTime":"1ms"}"#, 204),
            deliveries: [Delivery("/job/{id}", .empty)]),
        Row(
            "6", "a failed job comes again as its policy says",
            job(#"{"dueTime":"1ms","failurePolicy":{"constant":{"interval":"10ms","maxRetries":3}}}"#, 204),
            replies: [.respond(500), .respond(500), .respond(200)],
            deliveries: [Delivery("/job/{id}"), Delivery("/job/{id}"), Delivery("/job/{id}")]),
        Row(
            "6", "repeats are counted",
            job(#"{"schedule":"@every 1s","repeats":2}"#, 204),
            deliveries: [Delivery("/job/{id}"), Delivery("/job/{id}")]),
        Row(
            "6", "404 ends a job like success",
            job(#"{"dueTime":"1ms","failurePolicy":{"constant":{"interval":"1ms","maxRetries":3}}}"#, 204),
            replies: [.respond(404)], deliveries: [Delivery("/job/{id}")]),
    ]
}
