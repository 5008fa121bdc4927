import CurlHTTP
import Synchronization
import TestSupport
import Testing

@testable import LocalDapr

/// Jobs from the call that plans them to the application's answer.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct JobsRouteTests {
    private func code(_ response: HTTPClientResponse) -> String? {
        JSONReader.read(response.body)?["errorCode"]?.text
    }

    @discardableResult
    private func plan(_ rig: SidecarRig, _ name: String, _ body: String) async throws -> Int {
        try await rig.call("a", "POST", "/v1.0/jobs/\(name)", body: body).status
    }

    /// Waits until the job is no more.
    private func waitUntilGone(_ rig: SidecarRig, _ name: String) async throws {
        while try await rig.call("a", "GET", "/v1.0/jobs/\(name)").status == 200 {
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    @Test func `a job comes once, with its data and the token, and without a trace`() async throws {
        let app = try TestApp()
        let rig = try await SidecarRig([.of("a", app, appToken: "app-secret")])
        let data = #"{"b":[1.0,"x"],"a":null}"#
        let answer = try await rig.call(
            "a", "POST", "/v1.0/jobs/remind%20me",
            headers: [("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")],
            body: #"{"dueTime":"20ms","data":\#(data)}"#)
        #expect(answer.status == 204)
        #expect(answer.body.isEmpty)
        let request = try #require(await app.received(1).first)
        #expect(request.method == "POST")
        #expect(request.target == "/job/remind%20me")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["dapr-api-token"] == "app-secret")
        #expect(request.headers["traceparent"] == nil)
        #expect(JSONReader.read(request.body) == JSONReader.read(Array(data.utf8)))
        try await waitUntilGone(rig, "remind%20me")
        try await rig.stop()
        #expect(await app.received(1).count == 1)
        #expect(rig.spans(named: "/job").isEmpty)
    }

    @Test func `a job without data comes with an empty body`() async throws {
        let app = try TestApp()
        let rig = try await SidecarRig([.of("a", app)])
        #expect(try await plan(rig, "j", #"{"due_time":"PT0.01S"}"#) == 204)
        #expect(await app.received(1).first?.body.isEmpty == true)
        try await rig.stop()
    }

    @Test func `a schedule repeats as often as it may, the first time when it is due`() async throws {
        let app = try TestApp()
        let rig = try await SidecarRig([.of("a", app)])
        #expect(try await plan(rig, "j", #"{"schedule":"@every 1s","dueTime":"1ms","repeats":2}"#) == 204)
        try await waitUntilGone(rig, "j")
        #expect(await app.received(2).map(\.path) == ["/job/j", "/job/j"])
        try await rig.stop()
    }

    @Test func `a name is taken until the job is overwritten or deleted`() async throws {
        let app = try TestApp()
        let rig = try await SidecarRig([.of("a", app), .of("b", app)])
        #expect(try await plan(rig, "j", #"{"dueTime":"1h","data":1}"#) == 204)
        let second = try await rig.call("a", "POST", "/v1.0/jobs/j", body: #"{"dueTime":"2h"}"#)
        #expect(second.status == 409)
        #expect(code(second) == "DAPR_SCHEDULER_SCHEDULE_JOB")
        let other = try await rig.call("b", "POST", "/v1.0-alpha1/jobs/j", body: #"{"dueTime":"2h"}"#)
        #expect(other.status == 204, "names belong to their application")
        #expect(try await plan(rig, "j", #"{"dueTime":"1ms","overwrite":true,"data":2}"#) == 204)
        #expect(await app.received(1).first?.bodyText == "2")
        #expect(try await rig.call("b", "DELETE", "/v1.0/jobs/j").status == 204)
        #expect(try await rig.call("b", "DELETE", "/v1.0/jobs/j").status == 204)
        let missing = try await rig.call("b", "GET", "/v1.0/jobs/j")
        #expect(missing.status == 500)
        #expect(code(missing) == "DAPR_SCHEDULER_GET_JOB")
        try await rig.stop()
    }

    @Test func `a planned job can be read`() async throws {
        let rig = try await SidecarRig([.of("a", try TestApp())])
        let body = #"""
            {"schedule":"0 0 9 * * *","due_time":"1h","repeats":"3","ttl":"48h","data":{"n":1.0},
            "failure_policy":{"constant":{"interval":"1.5s","max_retries":7}},"colour":"red"}
            """#
        #expect(try await plan(rig, "j", body) == 204)
        let read = try await rig.call("a", "GET", "/v1.0/jobs/j")
        #expect(read.status == 200)
        #expect(
            String(decoding: read.body, as: UTF8.self)
                == #"{"data":{"@type":"type.googleapis.com/google.protobuf.Value","value":{"n":1}},"dueTime":"1h","#
                + #""failurePolicy":{"constant":{"interval":"1.500s","maxRetries":7}},"name":"j","repeats":3,"#
                + #""schedule":"0 0 9 * * *","ttl":"48h"}"#)
        try await rig.stop()
    }

    static let refusals: [(String, String, Int, String)] = [
        ("j", "", 400, "ERR_MALFORMED_REQUEST"), ("j", "[]", 400, "ERR_MALFORMED_REQUEST"),
        ("j", #"{"dueTime":5}"#, 400, "ERR_MALFORMED_REQUEST"),
        ("j", #"{"dueTime":"1s","repeats":-1}"#, 400, "ERR_MALFORMED_REQUEST"),
        ("j", #"{"dueTime":"1s","overwrite":"yes"}"#, 400, "ERR_MALFORMED_REQUEST"),
        ("j", #"{"dueTime":"1s","failurePolicy":{"sometimes":{}}}"#, 400, "ERR_MALFORMED_REQUEST"),
        ("j", #"{"name":"j","dueTime":"1s"}"#, 400, "DAPR_SCHEDULER_JOB_NAME"),
        ("%20", #"{"dueTime":"1s"}"#, 400, "DAPR_SCHEDULER_JOB_NAME_EMPTY"),
        ("j", #"{"data":1}"#, 400, "DAPR_SCHEDULER_SCHEDULE_EMPTY"),
        ("j", #"{"schedule":""}"#, 400, "DAPR_SCHEDULER_SCHEDULE_EMPTY"),
        ("j", #"{"schedule":"* * * * *"}"#, 500, "DAPR_SCHEDULER_SCHEDULE_JOB"),
        ("j", #"{"schedule":"TZ=UTC @every 1s"}"#, 500, "DAPR_SCHEDULER_SCHEDULE_JOB"),
        ("j", #"{"dueTime":"soon"}"#, 500, "DAPR_SCHEDULER_SCHEDULE_JOB"),
        ("j", #"{"dueTime":"1s","ttl":"5s"}"#, 500, "DAPR_SCHEDULER_SCHEDULE_JOB"),
        ("j", #"{"schedule":"@hourly","repeats":0}"#, 500, "DAPR_SCHEDULER_SCHEDULE_JOB"),
        ("j!", #"{"dueTime":"1s"}"#, 500, "DAPR_SCHEDULER_SCHEDULE_JOB"),
    ]

    @Test func `each mistake has its own answer`() async throws {
        let rig = try await SidecarRig([.of("a", try TestApp())])
        for (name, body, status, expected) in Self.refusals {
            let answer = try await rig.call("a", "POST", "/v1.0/jobs/\(name)", body: body)
            #expect(answer.status == status, "\(name) \(body)")
            #expect(code(answer) == expected, "\(name) \(body)")
        }
        for name in ["Sweep:2026-11_21 a", "a.b", "A"] {
            #expect(JobName.isValid(name), "\(name)")
        }
        for name in ["", "-", "a..b", ".a", "a/b", "ä"] { #expect(!JobName.isValid(name), "\(name)") }
        try await rig.stop()
    }

    /// The failure policy, what the application answers, and how many calls come of it.
    static let policies: [(String, Int, Int)] = [
        (#","failurePolicy":{"constant":{"interval":"5ms","maxRetries":2}}"#, 500, 3),
        (#","failurePolicy":{"drop":{}}"#, 500, 1), ("", 404, 1), ("", 202, 1),
        (#","failurePolicy":{"constant":{"interval":"5ms","maxRetries":0}}"#, 307, 1),
    ]

    @Test(arguments: policies) func `a call that fails is made again by the policy`(
        policy: String, status: Int, calls: Int
    ) async throws {
        let app = try TestApp { _ in .respond(status) }
        let rig = try await SidecarRig([.of("a", app)])
        #expect(try await plan(rig, "j", #"{"dueTime":"1ms"\#(policy)}"#) == 204)
        try await waitUntilGone(rig, "j")
        try await rig.stop()
        #expect(await app.received(calls).count == calls)
    }

    @Test func `an absent application is not called; what it missed comes one after the other`() async throws
    {
        let reserved = try TestApp()
        let port = reserved.server.port
        reserved.server.stop()
        let absent = SidecarConfiguration.App(id: "a", apiPort: 0, appPort: port)
        let first = try await SidecarRig([absent])
        #expect(
            try await plan(
                first, "j", #"{"schedule":"@every 1s","dueTime":"2020-01-01T00:00:00Z","repeats":20}"#)
                == 204)
        try await first.stop()

        // The sidecar was down as well: what it knows lies in the database.
        let second = try await SidecarRig([absent], database: first.databaseURL)
        let app = try TestApp(port: UInt16(port))
        let received = await app.received(20)
        #expect(received.count == 20)
        try await waitUntilGone(second, "j")
        try await second.stop()
    }

    @Test func `two sidecars call for each tick once`() async throws {
        let app = try TestApp()
        let rig = try await SidecarRig([.of("a", app)])
        let twin = try await SidecarRig([.of("a", app)], database: rig.databaseURL)
        for number in 0..<30 { #expect(try await plan(rig, "j\(number)", #"{"dueTime":"20ms"}"#) == 204) }
        _ = await app.received(30)
        for number in 0..<30 { try await waitUntilGone(rig, "j\(number)") }
        try await rig.stop()
        try await twin.stop()
        #expect(Set(await app.received(30).map(\.path)).count == 30)
        #expect(await app.received(30).count == 30)
    }

    @Test func `a call torn off by the sidecar's end comes again`() async throws {
        let calls = Atomic(0)
        let app = try TestApp { _ in
            calls.add(1, ordering: .relaxed).oldValue == 0 ? .hang : .respond(200)
        }
        var timing = SidecarRig.timing
        timing.blocks.jobLease = .milliseconds(300)
        let rig = try await SidecarRig([.of("a", app)], timing: timing)
        #expect(try await plan(rig, "j", #"{"dueTime":"1ms","failurePolicy":{"drop":{}}}"#) == 204)
        _ = await app.received(1)
        try await rig.stop()
        let next = try await SidecarRig([.of("a", app)], database: rig.databaseURL, timing: timing)
        #expect(await app.received(2).map(\.path) == ["/job/j", "/job/j"])
        try await waitUntilGone(next, "j")
        try await next.stop()
    }

    @Test func `a slow application keeps its job while it works`() async throws {
        // Twice the claim's length; a claim is renewed three times within it, so a busy machine may be late.
        let app = try TestApp { _ in .delay(milliseconds: 4000, then: .respond(200)) }
        var timing = SidecarRig.timing
        timing.blocks.jobLease = .seconds(2)
        let rig = try await SidecarRig([.of("a", app)], timing: timing)
        let twin = try await SidecarRig([.of("a", app)], database: rig.databaseURL, timing: timing)
        #expect(try await plan(rig, "j", #"{"dueTime":"1ms"}"#) == 204)
        try await waitUntilGone(rig, "j")
        try await rig.stop()
        try await twin.stop()
        #expect(await app.received(1).count == 1)
    }
}
