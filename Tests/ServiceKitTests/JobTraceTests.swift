import FoundationEssentials
import OTLP
import Telemetry
import Testing
import Tracing

@testable import ServiceKit

/// The rule for jobs: what continues the planner's trace and what begins its own.
struct JobTraceTests {
    private static let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    private static let now = Date(timeIntervalSince1970: 1_795_246_287)

    private func context(_ traceparent: String?) -> InstrumentationContext {
        var context = InstrumentationContext.topLevel
        context.spanContext = traceparent.flatMap { SpanContext(traceparent: $0) }
        return context
    }

    private func trace(plannedBefore seconds: Double?) -> IncomingTrace {
        IncomingTrace.job(
            planner: context(Self.traceparent), plannedAt: seconds.map { Self.now.addingTimeInterval(-$0) },
            header: context(nil), now: Self.now)
    }

    @Test(arguments: [0, 599, 600, -5]) func `a job planned just now continues its planner's trace`(
        seconds: Double
    ) {
        let trace = trace(plannedBefore: seconds)
        #expect(trace.parent.spanContext?.spanID.hex == "b7ad6b7169203331")
        #expect(trace.links.isEmpty)
    }

    @Test(arguments: [601, 86_400, nil])
    func `an older one, or one of unknown age, begins its own with a link`(
        seconds: Double?
    ) {
        let trace = trace(plannedBefore: seconds)
        #expect(trace.parent.spanContext == nil)
        #expect(trace.links.first?.context.spanContext?.spanID.hex == "b7ad6b7169203331")
    }

    @Test func `without a planner the header counts`() {
        let header = context("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        let trace = IncomingTrace.job(
            planner: context(nil), plannedAt: Self.now, header: header, now: Self.now)
        #expect(trace.parent.spanContext?.spanID.hex == "00f067aa0ba902b7")
        #expect(trace.links.isEmpty)
    }
}

struct JobRouteTests {
    @Test func `names come without their escapes`() {
        #expect(JobPath.name(in: "reminder%3A1%20%c3%a9") == "reminder:1 é")
        for segment in ["%", "%4", "%zz", "%ff"] { #expect(JobPath.name(in: segment) == nil) }
    }

    @Test func `the longest line that fits takes the job`() {
        let callbacks = SidecarCallbacks(jobs: [
            JobRoute(prefix: "reminder:") { _ in }, JobRoute(prefix: "reminder:daily:") { _ in },
            JobRoute("sweep") { _ in },
        ])
        #expect(callbacks.route(for: "reminder:1")?.label == "reminder:*")
        #expect(callbacks.route(for: "reminder:daily:1")?.label == "reminder:daily:*")
        #expect(callbacks.route(for: "sweep")?.label == "sweep")
        #expect(callbacks.route(for: "sweeper") == nil)
        #expect(callbacks.isJob("/job/x"))
        #expect(!callbacks.isJob("/jobs/x"))
        #expect(!SidecarCallbacks().isJob("/job/x"))
    }
}
