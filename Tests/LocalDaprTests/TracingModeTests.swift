import CurlHTTP
import InMemoryTracing
import TestSupport
import Testing

@testable import LocalDapr

/// What becomes of trace context where the sidecar's own tracing is on, not configured, or off.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct TracingModeTests {
    private static let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    private struct Seen {
        var envelope: String?
        var header: String?
        var answer: String?
        var spans: Int
    }

    private func publish(_ mode: TracingMode, traceparent: String?, query: String = "") async throws -> Seen {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        var policies = SidecarRig.policies
        policies.tracing = mode
        let rig = try await SidecarRig([.of("a", app)], policies: policies)
        let headers = traceparent.map { [("traceparent", $0)] } ?? []
        let answer = try await rig.call(
            "a", "POST", "/v1.0/publish/pubsub/t\(query)", headers: headers, body: "x")
        let request = try #require(await app.received(1).first)
        try await rig.stop()
        #expect(request.event?["traceid"] == request.event?["traceparent"])
        return Seen(
            envelope: request.event?["traceparent"]?.text, header: request.headers["traceparent"],
            answer: answer.headers["traceparent"], spans: rig.tracer.memory.finishedSpans.count)
    }

    @Test func `on: new spans, the trace stays`() async throws {
        let seen = try await publish(.on, traceparent: Self.traceparent)
        #expect(seen.envelope != Self.traceparent && seen.header != seen.envelope)
        #expect(
            [seen.envelope, seen.header].allSatisfy {
                $0?.dropFirst(3).prefix(32) == Self.traceparent.dropFirst(3).prefix(32)
            })
        #expect(seen.spans == 2)
    }

    @Test func `not configured: the position passes through as it came`() async throws {
        let seen = try await publish(.unconfigured, traceparent: Self.traceparent)
        #expect(seen.envelope == Self.traceparent)
        #expect(seen.header == Self.traceparent)
        #expect(seen.spans == 0)
    }

    @Test func `not configured and none given: empty in the envelope, zeros in the header`() async throws {
        let seen = try await publish(.unconfigured, traceparent: nil)
        #expect(seen.envelope == "")
        #expect(seen.header == TracingMode.zeroTraceparent)
    }

    @Test func `off: the trace is cut`() async throws {
        let seen = try await publish(.off, traceparent: Self.traceparent)
        #expect(seen.envelope == "")
        #expect(seen.header == nil)
        #expect(seen.answer == nil)
        #expect(seen.spans == 0)
    }

    @Test func `off: a position given as metadata survives in the envelope`() async throws {
        let seen = try await publish(
            .off, traceparent: nil, query: "?metadata.cloudevent.traceparent=\(Self.traceparent)")
        #expect(seen.envelope == Self.traceparent)
        #expect(seen.header == nil)
    }

    @Test(arguments: [TracingMode.on, .unconfigured, .off])
    func `baggage is looked at, given back, and not published`(mode: TracingMode) async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        var policies = SidecarRig.policies
        policies.tracing = mode
        let rig = try await SidecarRig([.of("a", app)], policies: policies)
        let good = try await rig.call(
            "a", "POST", "/v1.0/publish/pubsub/t", headers: [("baggage", "k=v%20w;p, other = x")], body: "x")
        #expect(good.status == 204)
        #expect(good.headers["baggage"] == "k=v%20w;p, other = x")
        #expect(await app.received(1).first?.headers["baggage"] == nil)
        for wrong in ["k", "k=v,", "k=a b", "=v", "k=%zz", "k=\"v\""] {
            let answer = try await rig.call(
                "a", "POST", "/v1.0/publish/pubsub/t", headers: [("baggage", wrong)], body: "x")
            #expect(answer.status == 400, "\(wrong)")
            #expect(String(decoding: answer.body, as: UTF8.self).hasPrefix("invalid baggage header: "))
        }
        try await rig.stop()
    }
}
