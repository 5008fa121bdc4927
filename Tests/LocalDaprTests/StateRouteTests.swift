import CurlHTTP
import InMemoryTracing
import TestSupport
import Testing
import Tracing

@testable import LocalDapr

/// State over HTTP, as a client of the real sidecar with state.postgresql v2 would see it.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct StateRouteTests {
    private static let components = [
        ComponentDeclaration(name: "statestore", type: "state.postgresql"),
        ComponentDeclaration(name: "shared", type: "state.redis", metadata: ["keyPrefix": "none"]),
        ComponentDeclaration(name: "named", type: "state.redis", metadata: ["keyprefix": "name"]),
        ComponentDeclaration(name: "private", type: "state.redis", scopes: ["b"]),
    ]

    private func rig() async throws -> SidecarRig {
        try await SidecarRig([.of("a", try TestApp()), .of("b", try TestApp())], components: Self.components)
    }

    private func code(_ response: HTTPClientResponse) -> String? {
        JSONReader.read(response.body)?["errorCode"]?.text
    }

    private func text(_ response: HTTPClientResponse) -> String {
        String(decoding: response.body, as: UTF8.self)
    }

    @Test func `a value is written, read, changed by its version and deleted`() async throws {
        let rig = try await rig()
        let path = "/v1.0/state/statestore"
        #expect(try await rig.call("a", "GET", "\(path)/k").status == 204)
        let value = #"[{"key":"k","value":{"b":1.0,"a":"<","n":9007199254740993}}]"#
        let saved = try await rig.call("a", "POST", path, body: value)
        #expect(saved.status == 204)
        #expect(saved.body.isEmpty)
        let read = try await rig.call("a", "GET", "\(path)/k")
        #expect(read.status == 200)
        #expect(text(read) == #"{"a":"\u003c","b":1,"n":9007199254740992}"#)
        #expect(read.headers["content-type"] == "application/json")
        let etag = try #require(read.headers["etag"])
        #expect(etag.count == 36)
        #expect(read.headers["metadata.ttlExpireTime"] == nil)

        let fresh = #"[{"key":"k","value":2,"etag":"\#(etag)"}]"#
        #expect(try await rig.call("a", "PUT", path, body: fresh).status == 204)
        for stale in [etag, "7", "00000000-0000-0000-0000-000000000000"] {
            let refused = try await rig.call(
                "a", "POST", path, body: #"[{"key":"k","value":3,"etag":"\#(stale)"}]"#)
            #expect(refused.status == 409)
            #expect(code(refused) == "ERR_STATE_SAVE")
            let kept = try await rig.call("a", "DELETE", "\(path)/k", headers: [("if-match", stale)])
            #expect(kept.status == 409)
            #expect(code(kept) == "ERR_STATE_DELETE")
        }
        let current = try #require(try await rig.call("a", "GET", "\(path)/k").headers["etag"])
        #expect(
            try await rig.call("a", "DELETE", "\(path)/k", headers: [("if-match", current)]).status == 204)
        #expect(try await rig.call("a", "DELETE", "\(path)/k").status == 204)
        #expect(try await rig.call("a", "GET", "\(path)/k").status == 204)
        try await rig.stop()
    }

    @Test func `of two first writes the second fails, and not as a conflict`() async throws {
        let rig = try await rig()
        let write = #"[{"key":"k","value":1,"options":{"concurrency":"first-write"}}]"#
        #expect(try await rig.call("a", "POST", "/v1.0/state/statestore", body: write).status == 204)
        let second = try await rig.call("a", "POST", "/v1.0/state/statestore", body: write)
        #expect(second.status == 500)
        #expect(code(second) == "ERR_STATE_SAVE")
        try await rig.stop()
    }

    @Test func `apps do not see one another's keys unless the component says so`() async throws {
        let rig = try await rig()
        for store in ["statestore", "shared", "named"] {
            let body = #"[{"key":"k","value":"\#(store)"}]"#
            #expect(try await rig.call("a", "POST", "/v1.0/state/\(store)", body: body).status == 204)
        }
        #expect(try await rig.call("b", "GET", "/v1.0/state/statestore/k").status == 204)
        #expect(text(try await rig.call("b", "GET", "/v1.0/state/shared/k")) == #""shared""#)
        #expect(text(try await rig.call("b", "GET", "/v1.0/state/named/k")) == #""named""#)
        #expect(try await rig.call("b", "GET", "/v1.0/state/private/k").status == 204)
        let hidden = try await rig.call("a", "GET", "/v1.0/state/private/k")
        #expect(hidden.status == 400)
        #expect(code(hidden) == "ERR_STATE_STORE_NOT_FOUND")
        try await rig.stop()
    }

    @Test func `a value past its life is gone at once, and swept`() async throws {
        let rig = try await rig()
        let body = #"[{"key":"k","value":1,"metadata":{"ttlInSeconds":"1"}},{"key":"l","value":1}]"#
        #expect(try await rig.call("a", "POST", "/v1.0/state/statestore", body: body).status == 204)
        let read = try await rig.call("a", "GET", "/v1.0/state/statestore/k")
        #expect(read.headers["metadata.ttlExpireTime"]?.hasSuffix("Z") == true)
        while try await rig.call("a", "GET", "/v1.0/state/statestore/k").status == 200 {
            try await Task.sleep(for: .milliseconds(20))
        }
        // A first write finds nothing in its way, swept or not.
        let again = #"[{"key":"k","value":2,"options":{"concurrency":"first-write"}}]"#
        #expect(try await rig.call("a", "POST", "/v1.0/state/statestore", body: again).status == 204)
        #expect(try await rig.call("a", "GET", "/v1.0/state/statestore/l").status == 200)
        let bad = #"[{"key":"k","value":1,"metadata":{"ttlInSeconds":"soon"}}]"#
        let refused = try await rig.call("a", "POST", "/v1.0/state/statestore", body: bad)
        #expect(refused.status == 500)
        #expect(code(refused) == "ERR_STATE_SAVE")
        try await rig.stop()
    }

    @Test func `many are read at once, missing ones without data`() async throws {
        let rig = try await rig()
        _ = try await rig.call(
            "a", "POST", "/v1.0/state/statestore",
            body: #"[{"key":"x","value":{"n":1}},{"key":"y","value":null}]"#)
        let answer = try await rig.call(
            "a", "POST", "/v1.0/state/statestore/bulk", body: #"{"keys":["x","z","y"],"parallelism":10}"#)
        #expect(answer.status == 200)
        let items = try #require(JSONReader.read(answer.body)?.elements)
        #expect(items.map { $0["key"]?.text } == ["x", "z", "y"])
        #expect(items[0]["data"] == .object(["n": .number("1")]))
        #expect(items[0]["etag"]?.text?.count == 36)
        #expect(items[1] == .object(["key": .string("z")]))
        #expect(items[2]["data"] == .null)
        for body in ["", "[]", #"{"keys":[1]}"#] {
            let refused = try await rig.call("a", "POST", "/v1.0/state/statestore/bulk", body: body)
            #expect(refused.status == 400)
            #expect(code(refused) == "ERR_MALFORMED_REQUEST")
        }
        try await rig.stop()
    }

    @Test func `a transaction happens whole or not at all`() async throws {
        let rig = try await rig()
        let path = "/v1.0/state/statestore"
        _ = try await rig.call("a", "POST", path, body: #"[{"key":"old","value":1}]"#)
        let good = #"""
            {"operations":[{"operation":"upsert","request":{"key":"new","value":1}},
            {"operation":"delete","request":{"key":"old"}}]}
            """#
        #expect(try await rig.call("a", "POST", "\(path)/transaction", body: good).status == 204)
        #expect(try await rig.call("a", "GET", "\(path)/new").status == 200)
        #expect(try await rig.call("a", "GET", "\(path)/old").status == 204)
        let stale = #"""
            {"operations":[{"operation":"upsert","request":{"key":"third","value":1}},
            {"operation":"upsert","request":{"key":"new","value":2,"etag":"7"}}]}
            """#
        let refused = try await rig.call("a", "POST", "\(path)/transaction", body: stale)
        #expect(refused.status == 500)
        #expect(code(refused) == "ERR_STATE_TRANSACTION")
        #expect(try await rig.call("a", "GET", "\(path)/third").status == 204)
        let unknown = try await rig.call(
            "a", "POST", "\(path)/transaction", body: #"{"operations":[{"operation":"rename","request":{}}]}"#
        )
        #expect(unknown.status == 400)
        #expect(code(unknown) == "ERR_NOT_SUPPORTED_STATE_OPERATION")
        try await rig.stop()
    }

    /// Method, path behind the version, body, and the answer's status and code.
    static let refusals: [(String, String, String, Int, String)] = [
        ("POST", "state/statestore", #"{"key":"k"}"#, 400, "ERR_MALFORMED_REQUEST"),
        ("POST", "state/statestore", "[", 400, "ERR_MALFORMED_REQUEST"),
        ("POST", "state/statestore", #"[{"value":1}]"#, 400, "ERR_MALFORMED_REQUEST"),
        ("POST", "state/statestore", #"[{"key":"","value":1}]"#, 400, "ERR_MALFORMED_REQUEST"),
        ("POST", "state/statestore", #"[{"key":"a||b","value":1}]"#, 400, "ERR_MALFORMED_REQUEST"),
        ("POST", "state/statestore", #"[{"key":"k","value":1e999}]"#, 400, "ERR_MALFORMED_REQUEST"),
        (
            "POST", "state/statestore", #"[{"key":"k","value":1,"metadata":{"ttlInSeconds":1}}]"#, 400,
            "ERR_MALFORMED_REQUEST"
        ),
        (
            "POST", "state/statestore", #"[{"key":"k","value":1,"options":{"concurrency":"no"}}]"#, 500,
            "ERR_STATE_SAVE"
        ),
        ("GET", "state/statestore/a%7C%7Cb", "", 400, "ERR_MALFORMED_REQUEST"),
        ("DELETE", "state/statestore/a%7C%7Cb", "", 400, "ERR_MALFORMED_REQUEST"),
        ("DELETE", "state/statestore/k?consistency=no", "", 500, "ERR_STATE_DELETE"),
        ("GET", "state/nowhere/k", "", 400, "ERR_STATE_STORE_NOT_FOUND"),
        ("POST", "state/nowhere/transaction", "{}", 400, "ERR_STATE_STORE_NOT_FOUND"),
        ("POST", "state/statestore/transaction", "[]", 400, "ERR_MALFORMED_REQUEST"),
        ("PATCH", "state/statestore/k", "", 404, "ERR_DIRECT_INVOKE"),
    ]

    @Test func `each mistake has its own answer`() async throws {
        let rig = try await rig()
        for (method, path, body, status, expected) in Self.refusals {
            let answer = try await rig.call("a", method, "/v1.0/\(path)", body: body)
            #expect(answer.status == status, "\(method) \(path) \(body)")
            #expect(code(answer) == expected, "\(method) \(path) \(body)")
        }
        #expect(try await rig.call("a", "POST", "/v1.0/state/statestore", body: "[]").status == 204)
        let query = try await rig.call("a", "POST", "/v1.0-alpha1/state/statestore/query", body: "{}")
        #expect(query.status == 500)
        #expect(code(query) == "ERR_STATE_STORE_NOT_SUPPORTED")
        let bare = try await SidecarRig([.of("a", try TestApp())])
        let none = try await bare.call("a", "GET", "/v1.0/state/statestore/k")
        #expect(none.status == 500)
        #expect(code(none) == "ERR_STATE_STORE_NOT_CONFIGURED")
        try await bare.stop()
        try await rig.stop()
    }

    @Test func `a state call is a span as the sidecar draws it`() async throws {
        let rig = try await rig()
        let answer = try await rig.call("a", "GET", "/v1.0/state/statestore/k")
        try await rig.stop()
        let span = try #require(
            rig.tracer.memory.finishedSpans.first { $0.operationName == "/v1.0/state/statestore/k" })
        #expect(span.kind == .client)
        #expect(span.attributes.get("db.system") == .string("state"))
        #expect(span.attributes.get("db.name") == .string("statestore"))
        #expect(answer.headers["traceparent"] == span.traceparent)
    }
}
