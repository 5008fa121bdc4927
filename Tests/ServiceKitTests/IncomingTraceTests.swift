import EventFlow
import OTLP
import Telemetry
import Testing
import Tracing

@testable import ServiceKit

/// The rule for deliveries: which of the two contexts is the parent, and what is linked.
struct IncomingTraceTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let other = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let zero = "00-00000000000000000000000000000000-0000000000000000-00"

    /// Header and envelope, and the span id of the expected parent and link.
    static let matrix: [(header: String?, envelope: String?, parent: String?, link: String?)] = [
        ("00-\(trace)-00f067aa0ba902b7-01", "00-\(trace)-b7ad6b7169203331-01", "00f067aa0ba902b7", nil),
        ("00-\(trace)-00f067aa0ba902b7-01", nil, "00f067aa0ba902b7", nil),
        ("00-\(trace)-00f067aa0ba902b7-01", "", "00f067aa0ba902b7", nil),
        (
            "00-\(other)-00f067aa0ba902b7-01", "00-\(trace)-b7ad6b7169203331-01", "b7ad6b7169203331",
            "00f067aa0ba902b7"
        ),
        (nil, "00-\(trace)-b7ad6b7169203331-01", "b7ad6b7169203331", nil),
        ("", "00-\(trace)-b7ad6b7169203331-01", "b7ad6b7169203331", nil),
        (zero, "00-\(trace)-b7ad6b7169203331-01", "b7ad6b7169203331", nil),
        ("garbage", "00-\(trace)-b7ad6b7169203331-01", "b7ad6b7169203331", nil),
        (nil, nil, nil, nil),
        (zero, zero, nil, nil),
        ("garbage", "garbage", nil, nil),
    ]

    private func context(_ traceparent: String?) -> InstrumentationContext {
        var context = InstrumentationContext.topLevel
        context.spanContext = traceparent.flatMap { SpanContext(traceparent: $0) }
        return context
    }

    @Test(arguments: matrix.indices)
    func `header and envelope decide parent and link by the rule`(row: Int) {
        let (header, envelope, parent, link) = Self.matrix[row]
        let incoming = IncomingTrace.delivery(header: context(header), envelope: context(envelope))
        #expect(incoming.parent.spanContext?.spanID.hex == parent)
        #expect(incoming.links.first?.context.spanContext?.spanID.hex == link)
        #expect(incoming.links.count == (link == nil ? 0 : 1))
    }
}
