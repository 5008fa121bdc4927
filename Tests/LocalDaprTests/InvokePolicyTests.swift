import CurlHTTP
import Synchronization
import TestSupport
import Testing

@testable import LocalDapr

/// What the Resiliency document says of invocations.
struct InvokePolicyTests {
    /// An application that answers with these, one after another, then with 200.
    private func app(answering statuses: [Int]) throws -> TestApp {
        let left = Mutex(statuses)
        return try TestApp { _ in
            .respond(left.withLock { $0.isEmpty ? 200 : $0.removeFirst() })
        }
    }

    private func policies(_ retry: String, target: String = "retry: call", breaker: String = "")
        -> SidecarPolicies
    {
        var policies = SidecarPolicies()
        policies.resiliency =
            Resources.documents(
                """
                apiVersion: dapr.io/v1alpha1
                kind: Resiliency
                metadata: {name: r}
                spec:
                  policies:
                    timeouts: {short: 100ms}
                    retries: {call: {policy: constant, duration: 2ms, \(retry)}}
                    circuitBreakers: {trip: {timeout: 60s, trip: consecutiveFailures >= 2}}
                  targets:
                    apps:
                      b: {\(target)}
                """
            ).policies.resiliency
        return policies
    }

    @Test(arguments: [
        (#"maxRetries: 3, matching: {httpStatusCodes: "502,504"}"#, [502, 504], 200, 3),
        (#"maxRetries: 3, matching: {httpStatusCodes: "502,504"}"#, [500], 500, 1),
        ("maxRetries: 2", [503, 404, 500], 500, 3), ("maxRetries: -1", [500, 500, 500, 500], 200, 5),
        ("maxRetries: 0", [500], 500, 1),
    ])
    func `answers are repeated as the policy says`(retry: String, answers: [Int], status: Int, calls: Int)
        async throws
    {
        let callee = try app(answering: answers)
        let rig = try await SidecarRig(
            [.of("a", try TestApp()), .of("b", callee)], policies: policies(retry))
        let answer = try await rig.call("a", "POST", "/v1.0/invoke/b/method/x", body: #"{"n":1}"#)
        #expect(answer.status == status)
        let received = await callee.received(calls)
        #expect(received.count == calls)
        #expect(received.allSatisfy { String(decoding: $0.body, as: UTF8.self) == #"{"n":1}"# })
        try await rig.stop()
    }

    @Test func `an answer that never comes is given up in the policy's time`() async throws {
        let callee = try TestApp { _ in .hang }
        let rig = try await SidecarRig(
            [.of("a", try TestApp()), .of("b", callee)],
            policies: policies("maxRetries: 1", target: "timeout: short, retry: call"))
        let answer = try await rig.call("a", "GET", "/v1.0/invoke/b/method/x")
        #expect(answer.status == 500)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("ERR_DIRECT_INVOKE"))
        #expect(await callee.received(2).count == 2)
        try await rig.stop()
    }

    @Test func `an open breaker keeps calls from the application`() async throws {
        let callee = try app(answering: [500, 500, 500])
        let rig = try await SidecarRig(
            [.of("a", try TestApp()), .of("b", callee)],
            policies: policies("maxRetries: 0", target: "circuitBreaker: trip"))
        for _ in 0..<4 { #expect(try await rig.call("a", "GET", "/v1.0/invoke/b/method/x").status == 500) }
        #expect(await callee.received(2).count == 2)
        try await rig.stop()
    }
}
