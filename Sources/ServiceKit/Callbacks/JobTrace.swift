public import Dapr
import EventFlow
public import FoundationEssentials
import Hummingbird
import NIOCore
import Telemetry
import Tracing

/// How a job's work relates to the work that planned it.
///
/// The sidecar's call has no trace headers, so the context travels in the job's data:
///
/// | planned | parent | link |
/// |---|---|---|
/// | up to ten minutes ago | the planner's span | – |
/// | longer ago, or at an unknown time | new root | the planner's span |
/// | without context | the call's own header, if it ever has one | – |
extension IncomingTrace {
    /// Work that begins later than this is a story of its own: nobody reads a trace that lasts for weeks.
    static let longestContinuation = 600.0

    /// The rule for jobs, as in the table above.
    static func job(
        planner: InstrumentationContext, plannedAt: Date?, header: InstrumentationContext, now: Date
    ) -> IncomingTrace {
        guard planner.spanContext != nil else { return IncomingTrace(parent: header) }
        if let plannedAt, now.timeIntervalSince(plannedAt) <= longestContinuation {
            return IncomingTrace(parent: planner)
        }
        // What is known of the request, such as the user, goes along; its place in the trace does not.
        var root = planner
        root.spanContext = nil
        return IncomingTrace(
            parent: root, links: [SpanLink(context: planner, attributes: ["todo.link.reason": "planned"])])
    }
}

extension IncomingTrace.Reader {
    /// The context of a job's call; the body is read here and put back.
    ///
    /// - Throws: 401 for a call that is not the sidecar's.
    func readJob(_ request: inout Request, header: InstrumentationContext) async throws -> IncomingTrace {
        _ = try await access.admit(request, to: .sidecar)
        let data = try await request.bytes(upTo: SidecarCallbacks.dataLimit)
        request.body = RequestBody(buffer: ByteBuffer(bytes: data))
        let carriage = JobCarriage(data: data)
        let planner = TraceCarrier(
            traceparent: carriage.traceparent, tracestate: carriage.tracestate, baggage: carriage.baggage)
        return IncomingTrace.job(
            planner: planner.context(), plannedAt: carriage.scheduledAt.flatMap(Timestamp.date),
            header: header,
            now: Date())
    }
}

extension DaprClient {
    /// Plans a job that carries the current trace context beside its data, for a handler of `JobRoute`.
    ///
    /// - Throws: as `schedule` does.
    public func plan(_ job: Job, now: Date = Date()) async throws(DaprError) {
        let context = TraceCarrier.current()
        var job = job
        job.data = try JobCarriage(
            traceparent: context.traceparent, tracestate: context.tracestate, baggage: context.baggage,
            scheduledAt: Timestamp.text(of: now), payload: job.data ?? []
        ).data()
        try await schedule(job)
    }
}
