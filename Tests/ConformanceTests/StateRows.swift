/// §3: state, as with state.postgresql v2.
extension Rows {
    private static let path = "/v1.0/state/{state}"

    private static func save(_ members: String, _ statuses: Int = 204, answer: Call.Content = .any) -> Call {
        var call = Call(
            "POST", path, #"[{"key":"{id}",\#(members)}]"#, type: "application/json", answer: answer)
        call.statuses = [statuses]
        return call
    }

    private static func read(_ value: String) -> Call {
        Call("GET", "\(path)/{id}", 200, answer: .json(value), has: [("etag", "@etag")])
    }

    private static func failed(_ code: String) -> Call.Content {
        .json(#"{"errorCode":"\#(code)","message":"*","?details":"*"}"#)
    }

    private static func transaction(_ operations: String, _ status: Int, answer: Call.Content = .any) -> Call
    {
        var call = Call(
            "POST", "\(path)/transaction", #"{"operations":[\#(operations)]}"#, type: "application/json",
            answer: answer)
        call.statuses = [status]
        return call
    }

    private static let unknown = "00000000-0000-0000-0000-000000000000"
    private static let gone = Call("GET", "\(path)/{id}", 204, answer: .empty)

    static let state: [Row] = values + versions + transactions + stateErrors

    private static let values: [Row] = [
        Row("3", "a key that is not there: 204 without a body", gone),
        Row("3", "what was saved is read, with its version", save(#""value":{"a":1}"#), read(#"{"a":1}"#)),
        Row(
            "3", "PUT saves too",
            Call(
                "PUT", path, #"[{"key":"{id}","value":true}]"#, type: "application/json", 204, answer: .empty),
            read("true")),
        Row("3", "an empty list is fine", Call("POST", path, "[]", type: "application/json", 204)),
        Row("3", "a text is a JSON text", save(#""value":"x""#), read(#""x""#)),
        Row(
            "3", "large numbers lose their last digits", save(#""value":9007199254740993"#),
            Call("GET", "\(path)/{id}", 200, answer: .text("9007199254740992"))),
        Row(
            "3", "a delete is 204, also of nothing", save(#""value":1"#), Call("DELETE", "\(path)/{id}", 204),
            gone, Call("DELETE", "\(path)/{id}", 204, answer: .empty)),
        Row(
            "3", "a life is told, and may be none",
            save(#""value":1,"metadata":{"ttlInSeconds":"600"}"#),
            Call("GET", "\(path)/{id}", 200, has: [("metadata.ttlExpireTime", "20*T*Z")])),
        Row(
            "3", "many are read at once, missing ones without data", save(#""value":1"#),
            Call(
                "POST", "\(path)/bulk", #"{"keys":["{id}","{id}-none"]}"#, type: "application/json", 200,
                answer: .json(
                    #"[{"key":"{id}","data":1,"etag":"*","?metadata":"*"},{"key":"{id}-none","?metadata":"*"}]"#
                ))),
    ]

    private static let versions: [Row] = [
        Row(
            "3", "the right version writes", save(#""value":1"#), read("1"),
            save(#""value":2,"etag":"{etag}""#), read("2")),
        Row(
            "3", "a wrong version conflicts", save(#""value":1"#),
            save(#""value":2,"etag":"\#(unknown)""#, 409, answer: failed("ERR_STATE_SAVE")), read("1")),
        Row(
            "3", "a version that is none conflicts", save(#""value":1"#),
            save(#""value":2,"etag":"7""#, 409, answer: failed("ERR_STATE_SAVE"))),
        Row(
            "3", "a version on nothing conflicts",
            save(#""value":2,"etag":"\#(unknown)""#, 409, answer: failed("ERR_STATE_SAVE"))),
        Row(
            "3", "If-Match deletes the version", save(#""value":1"#), read("1"),
            Call("DELETE", "\(path)/{id}", headers: [("if-match", "{etag}")], 204), gone),
        Row(
            "3", "If-Match of another version conflicts", save(#""value":1"#),
            Call(
                "DELETE", "\(path)/{id}", headers: [("if-match", unknown)], 409,
                answer: failed("ERR_STATE_DELETE"))),
        Row(
            "3", "a second first write fails, not as a conflict",
            save(#""value":1,"options":{"concurrency":"first-write"}"#),
            save(#""value":2,"options":{"concurrency":"first-write"}"#, 500, answer: failed("ERR_STATE_SAVE"))
        ),
    ]

    private static func upsert(_ value: String) -> String {
        #"{"operation":"upsert","request":{"key":"{id}","value":\#(value)}}"#
    }

    private static let transactions: [Row] = [
        Row("3", "a transaction writes", transaction(upsert("1"), 204, answer: .empty), read("1")),
        Row(
            "3", "and deletes", save(#""value":1"#),
            transaction(#"{"operation":"delete","request":{"key":"{id}"}}"#, 204), gone),
        Row(
            "3", "a transaction that fails does nothing, and is a 500",
            transaction(
                upsert("1")
                    + #",{"operation":"delete","request":{"key":"{id}-2","etag":"\#(unknown)"}}"#, 500,
                answer: failed("ERR_STATE_TRANSACTION")), gone),
        Row(
            "3", "an operation nobody knows",
            transaction(
                #"{"operation":"swap","request":{"key":"{id}"}}"#, 400,
                answer: failed("ERR_NOT_SUPPORTED_STATE_OPERATION"))),
    ]

    private static let stateErrors: [Row] = [
        Row(
            "3", "a store that is not there",
            Call(
                "GET", "/v1.0/state/nowhere/k", 400,
                answer: Call.error("ERR_STATE_STORE_NOT_FOUND", reason: "*"))),
        Row(
            "3", "a key with the separator",
            Call("GET", "\(path)/a||b", 400, answer: failed("ERR_MALFORMED_REQUEST"))),
        Row(
            "3", "a key with the separator in a body",
            Call(
                "POST", path, #"[{"key":"a||b","value":1}]"#, type: "application/json", 400,
                answer: failed("ERR_MALFORMED_REQUEST"))),
        Row(
            "3", "an empty key",
            Call("POST", path, #"[{"key":"","value":1}]"#, type: "application/json", 400)),
        Row(
            "3", "a body that is no JSON",
            Call("POST", path, "{id}", type: "application/json", 400, answer: failed("ERR_MALFORMED_REQUEST"))
        ),
        Row(
            "3", "queries are not for PostgreSQL",
            Call(
                "POST", "/v1.0-alpha1/state/{state}/query", "{}", type: "application/json", 500,
                answer: .json(#"{"errorCode":"ERR_STATE_STORE_NOT_SUPPORTED","...":0}"#))),
        Row(
            "3.1", "the outbox of a state store", Call("POST", path, 204),
            skipped: "not offered by the stand-in"),
    ]
}
