import EventFlow
import HTTPTypes
import Hummingbird
import Metrics
import NIOCore
import Telemetry
import Tracing

/// Under which span a request continues, and what it is linked to.
///
/// An ordinary request continues its `traceparent` header. A delivery of the sidecar carries trace context twice,
/// in the header (the sidecar's own delivery span) and in the envelope (the creation of the event):
///
/// | header                     | parent   | link                         |
/// |----------------------------|----------|------------------------------|
/// | valid, the envelope's trace | header   | (the `process` span links the creation) |
/// | valid, another trace       | envelope | header                       |
/// | absent, empty, zero, malformed | envelope | –                        |
/// | neither is valid           | new root, counted                       | – |
struct IncomingTrace {
    var parent: InstrumentationContext
    var links: [SpanLink] = []

    /// The rule for deliveries, as in the table above.
    static func delivery(header: InstrumentationContext, envelope: InstrumentationContext) -> IncomingTrace {
        switch (header.spanContext, envelope.spanContext) {
        case (let header?, let created?) where header.traceID != created.traceID:
            var linked = InstrumentationContext.topLevel
            linked.spanContext = header
            return IncomingTrace(
                parent: envelope,
                links: [SpanLink(context: linked, attributes: ["todo.link.reason": "header"])])
        case (.some, _):
            return IncomingTrace(parent: header)
        case (nil, .some):
            return IncomingTrace(parent: envelope)
        case (nil, nil):
            Counter(label: "todo.event.untraced").increment()
            return IncomingTrace(parent: .topLevel)
        }
    }
}

extension IncomingTrace {
    /// Reads the context that requests bring along.
    struct Reader: Sendable {
        /// The routes of deliveries; only there is the body looked into, and only for the own sidecar.
        let deliveries: Set<String>
        let access: AccessGuard
        let eventLimit: Int
        /// Set where strangers call.
        let edge: EdgeSampling?
        /// Calls whose trace context lies in the body as well.
        var callbacks = SidecarCallbacks()

        /// The context of a request; the body of a delivery is read here and put back.
        ///
        /// - Throws: 401 for a delivery that is not the sidecar's.
        func read(_ request: inout Request) async throws -> IncomingTrace {
            let header = TraceCarrier(
                traceparent: request.headers[.traceparent], tracestate: request.headers[.tracestate],
                baggage: request.headers[.baggage]
            ).context()
            if callbacks.isJob(request.uri.path) { return try await readJob(&request, header: header) }
            guard deliveries.contains(request.uri.path) else {
                return IncomingTrace(parent: await edge?.judged(header, of: request) ?? header)
            }
            _ = try await access.admit(request, to: .sidecar)
            let bytes = try await request.bytes(upTo: eventLimit)
            request.body = RequestBody(buffer: ByteBuffer(bytes: bytes))
            let envelope = TraceCarrier(ofDelivery: bytes).context()
            return IncomingTrace.delivery(header: header, envelope: envelope)
        }
    }
}
