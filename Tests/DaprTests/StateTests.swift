import CurlHTTP
import Dapr
import TestSupport
import Testing

@Suite struct StateTests {
    @Test func `a value comes with its version and its end`() async throws {
        let dapr = try DaprDouble(token: "t0ken") { _ in
            .respond(
                200, headers: ["ETag": "7", "metadata.ttlExpireTime": "2026-11-21T10:00:00Z"],
                body: #"{"n":1.50}"#.bytes)
        }
        let item = try await dapr.client.state("a/b c", in: "statestore", consistency: .strong)
        #expect(
            item == StateItem(value: #"{"n":1.50}"#.bytes, etag: "7", expires: "2026-11-21T10:00:00Z"))
        #expect(dapr.last?.target == "/v1.0/state/statestore/a%2Fb%20c?consistency=strong")
        #expect(dapr.last?.headers["dapr-api-token"] == "t0ken")
    }

    @Test func `no content is no value`() async throws {
        #expect(try await DaprDouble(204).client.state("k", in: "s") == nil)
    }

    @Test func `a write says everything it was told, and nothing else`() async throws {
        let dapr = try DaprDouble(204)
        try await dapr.client.saveState(
            [
                StateWrite(
                    key: "k", value: #"{"a":1}"#.bytes, etag: "7", timeToLive: .milliseconds(1500),
                    concurrency: .firstWrite, consistency: .strong),
                StateWrite(key: "é\"", value: "1".bytes, timeToLive: .zero),
            ], in: "s")
        #expect(dapr.last?.target == "/v1.0/state/s")
        #expect(
            dapr.last?.bodyText
                == #"[{"key":"k","value":{"a":1},"etag":"7","metadata":{"ttlInSeconds":"2"},"#
                + #""options":{"concurrency":"first-write","consistency":"strong"}},"#
                + #"{"key":"é\"","value":1,"metadata":{"ttlInSeconds":"1"}}]"#)
        try await dapr.client.saveState([StateWrite(key: "k", value: "null".bytes)], in: "s")
        #expect(dapr.last?.bodyText == #"[{"key":"k","value":null}]"#)
    }

    @Test func `what the sidecar would misread is not sent`() async throws {
        let dapr = try DaprDouble(204)
        for key in ["", "a||b"] {
            await #expect(throws: DaprError.invalidName) { _ = try await dapr.client.state(key, in: "s") }
            await #expect(throws: DaprError.invalidName) {
                try await dapr.client.saveState([StateWrite(key: key, value: "1".bytes)], in: "s")
            }
            await #expect(throws: DaprError.invalidName) {
                try await dapr.client.deleteState(key, in: "s")
            }
            await #expect(throws: DaprError.invalidName) { _ = try await dapr.client.states([key], in: "s") }
            await #expect(throws: DaprError.invalidName) {
                try await dapr.client.changeState([.delete(key: key)], in: "s")
            }
        }
        await #expect(throws: DaprError.invalidValue) {
            try await dapr.client.saveState([StateWrite(key: "k", value: "{".bytes)], in: "s")
        }
        #expect(dapr.server.requests.isEmpty)
    }

    @Test func `a deletion names the version it means`() async throws {
        let dapr = try DaprDouble(204)
        try await dapr.client.deleteState("k", in: "s", etag: "7", concurrency: .firstWrite)
        #expect(dapr.last?.method == "DELETE")
        #expect(dapr.last?.target == "/v1.0/state/s/k?concurrency=first-write")
        #expect(dapr.last?.headers["if-match"] == "7")
    }

    @Test func `a read of many tells found, missing and failed apart`() async throws {
        let dapr = try DaprDouble(
            200,
            #"""
            [{"key":"a","data":{"x":1.0},"etag":"3","metadata":{"ttlExpireTime":"2026-11-21T10:00:00Z"}},
             {"key":"b"}, {"key":"c","error":"no"}]
            """#)
        let found = try await dapr.client.states(["a", "b", "c", "d"], in: "s")
        #expect(
            found == [
                "a": .found(
                    StateItem(value: #"{"x":1.0}"#.bytes, etag: "3", expires: "2026-11-21T10:00:00Z")),
                "b": .missing, "c": .failed, "d": .missing,
            ])
        #expect(dapr.last?.target == "/v1.0/state/s/bulk")
        #expect(dapr.last?.bodyText == #"{"keys":["a","b","c","d"]}"#)
        for body in ["{}", "[1]", #"[{"data":1}]"#, "[", "x"] {
            let odd = try DaprDouble(200, body)
            await #expect(throws: DaprError.unreadableAnswer) {
                _ = try await odd.client.states(["a"], in: "s")
            }
        }
        #expect(try await DaprDouble(200, " [ ] ").client.states(["a"], in: "s") == ["a": .missing])
    }

    @Test func `a transaction is one call`() async throws {
        let dapr = try DaprDouble(204)
        try await dapr.client.changeState(
            [
                .upsert(StateWrite(key: "a", value: "1".bytes, etag: "7")), .delete(key: "b", etag: "8"),
                .delete(key: "c"),
            ], in: "s")
        #expect(dapr.last?.target == "/v1.0/state/s/transaction")
        #expect(
            dapr.last?.bodyText
                == #"{"operations":[{"operation":"upsert","request":{"key":"a","value":1,"etag":"7"}},"#
                + #"{"operation":"delete","request":{"key":"b","etag":"8"}},"#
                + #"{"operation":"delete","request":{"key":"c"}}]}"#)
    }

    static let refusals: [(Int, String, DaprError)] = [
        (409, #"{"errorCode":"ERR_STATE_SAVE","message":"possible etag mismatch"}"#, .etagMismatch),
        (409, #"{"errorCode":"ERR_STATE_DELETE","message":"m","details":[]}"#, .etagMismatch),
        (
            500, #"{"errorCode":"ERR_STATE_SAVE","message":"m"}"#,
            .rejected(status: 500, code: "ERR_STATE_SAVE")
        ),
        (500, #"{"errorCode":"ERR_STATE_TRANSACTION","message":"m"}"#, .transactionFailed),
        (
            400,
            #"{"errorCode":"ERR_STATE_STORE_NOT_FOUND","message":"m","details":[{"@type":"x","reason":"DAPR_STATE_NOT_FOUND"},{"resource_name":"s"}]}"#,
            .rejected(status: 400, code: "ERR_STATE_STORE_NOT_FOUND", reason: "DAPR_STATE_NOT_FOUND")
        ),
    ]

    @Test(arguments: refusals)
    func `each refusal has its meaning`(status: Int, body: String, error: DaprError) async throws {
        let dapr = try DaprDouble(status, body)
        await #expect(throws: error) {
            try await dapr.client.saveState([StateWrite(key: "k", value: "1".bytes)], in: "s")
        }
    }

    @Test func `only what may heal is worth another attempt`() {
        #expect(!DaprError.etagMismatch.isRetryable)
        #expect(DaprError.transactionFailed.isRetryable)
        #expect(DaprError.rejected(status: 400, code: "ERR_STATE_STORE_NOT_FOUND").isRetryable)
        #expect(!DaprError.rejected(status: 400, code: "ERR_MALFORMED_REQUEST").isRetryable)
    }
}
