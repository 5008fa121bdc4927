import CurlHTTP
import Dapr
import TestSupport
import Testing

@Suite struct JobsTests {
    private static let missing = #"{"errorCode":"DAPR_SCHEDULER_GET_JOB","message":"m","details":[]}"#
    private static let unknownPath = #"{"errorCode":"ERR_DIRECT_INVOKE","message":"failed getting app id"}"#

    @Test func `a job is planned with all its wishes`() async throws {
        let dapr = try DaprDouble(204)
        try await dapr.client.schedule(
            Job(
                name: "sweep:1", schedule: "TZ=Europe/Amsterdam 0 30 9 * * *", dueTime: "5s", repeats: 3,
                timeToLive: "1h", data: #"{"a":1}"#.bytes, overwrite: true,
                failurePolicy: .constant(interval: .milliseconds(1500), maxRetries: 2)))
        #expect(dapr.last?.method == "POST")
        #expect(dapr.last?.target == "/v1.0/jobs/sweep%3A1")
        #expect(
            dapr.last?.bodyText
                == #"{"schedule":"TZ=Europe/Amsterdam 0 30 9 * * *","dueTime":"5s","repeats":3,"ttl":"1h","#
                + #""data":{"a":1},"overwrite":true,"failurePolicy":{"constant":{"interval":"1.500s","maxRetries":2}}}"#
        )
        try await dapr.client.schedule(Job(name: "a", dueTime: "1s", failurePolicy: .drop))
        #expect(dapr.last?.bodyText == #"{"dueTime":"1s","failurePolicy":{"drop":{}}}"#)
    }

    @Test func `a job without a time, a name or readable data is not sent`() async throws {
        let dapr = try DaprDouble(204)
        await #expect(throws: DaprError.invalidValue) { try await dapr.client.schedule(Job(name: "a")) }
        await #expect(throws: DaprError.invalidValue) {
            try await dapr.client.schedule(Job(name: "a", dueTime: "1s", data: "{".bytes))
        }
        for name in ["", "a/b"] {
            await #expect(throws: DaprError.invalidName) {
                try await dapr.client.schedule(Job(name: name, dueTime: "1s"))
            }
        }
        #expect(dapr.server.requests.isEmpty)
    }

    @Test func `a job that is there already is an error of its own`() async throws {
        for body in [
            #"{"errorCode":"DAPR_SCHEDULER_SCHEDULE_JOB","message":"m"}"#,
            #"{"errorCode":"ERR_X","message":"m","details":[{"reason":"DAPR_SCHEDULER_SCHEDULE_JOB"}]}"#,
        ] {
            let dapr = try DaprDouble(409, body)
            await #expect(throws: DaprError.jobExists) {
                try await dapr.client.schedule(Job(name: "a", dueTime: "1s"))
            }
        }
    }

    @Test func `a planned job is read back, its data unwrapped`() async throws {
        let dapr = try DaprDouble(
            200,
            #"""
            {"name":"a","schedule":"@every 1s","repeats":3,"dueTime":"5s","ttl":"1h","data":
            {"@type":"type.googleapis.com/google.protobuf.Value","value":{"a":[1]}},
            "failurePolicy":{"constant":{"interval":"0.500s","maxRetries":7}}}
            """#)
        #expect(
            try await dapr.client.job(named: "a")
                == Job(
                    name: "a", schedule: "@every 1s", dueTime: "5s", repeats: 3, timeToLive: "1h",
                    data: #"{"a":[1]}"#.bytes,
                    failurePolicy: .constant(interval: .milliseconds(500), maxRetries: 7)))
        let bare = try DaprDouble(200, #"{"name":"a","dueTime":"5s","failurePolicy":{"drop":{}}}"#)
        #expect(
            try await bare.client.job(named: "a") == Job(name: "a", dueTime: "5s", failurePolicy: .drop))
    }

    @Test func `a job that is not there is none, another failure is one`() async throws {
        #expect(try await DaprDouble(500, Self.missing).client.job(named: "a") == nil)
        let broken = try DaprDouble(500, #"{"errorCode":"DAPR_SCHEDULER_OTHER","message":"m"}"#)
        await #expect(throws: DaprError.rejected(status: 500, code: "DAPR_SCHEDULER_OTHER")) {
            _ = try await broken.client.job(named: "a")
        }
        let odd = try DaprDouble(200, "[]")
        await #expect(throws: DaprError.unreadableAnswer) { _ = try await odd.client.job(named: "a") }
    }

    @Test func `an older sidecar is asked under the older path, and the newer one only once`() async throws {
        let dapr = try DaprDouble { request in
            request.path.hasPrefix("/v1.0-alpha1/") ? .respond(204) : .json(404, Self.unknownPath)
        }
        try await dapr.client.schedule(Job(name: "a", dueTime: "1s"))
        try await dapr.client.deleteJob(named: "a")
        #expect(
            dapr.server.requests.map { "\($0.method) \($0.target)" } == [
                "POST /v1.0/jobs/a", "POST /v1.0-alpha1/jobs/a", "DELETE /v1.0-alpha1/jobs/a",
            ])
        #expect(dapr.server.requests.map(\.bodyText) == [#"{"dueTime":"1s"}"#, #"{"dueTime":"1s"}"#, ""])
    }

    @Test func `the carriage brings context and payload back as they were`() throws {
        let carriage = JobCarriage(
            traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", tracestate: "a=b",
            baggage: "k=v", scheduledAt: "2026-11-21T09:30:00.125Z",
            payload: #"{"n":12345678901234567890}"#.bytes)
        #expect(JobCarriage(data: try carriage.data()) == carriage)
        let bare = JobCarriage(scheduledAt: "2026-11-21T09:30:00.125Z")
        #expect(try bare.data() == #"{"scheduledAt":"2026-11-21T09:30:00.125Z"}"#.bytes)
        #expect(JobCarriage(data: try bare.data()) == bare)
        #expect(throws: DaprError.invalidValue) { try JobCarriage(payload: "{".bytes).data() }
    }

    @Test(arguments: ["", "17", #"{"a":1}"#, "not json"])
    func `data without a carriage is all payload`(text: String) {
        #expect(JobCarriage(data: text.bytes) == JobCarriage(payload: text.bytes))
    }
}
