import OTLP
import Tracing

/// What a span has been told so far; a value behind the span's lock.
struct SpanRecord: Sendable {
    var name: String
    var attributes = SpanAttributes()
    private var droppedAttributes: UInt32 = 0
    private var events: [OTLP.SpanEvent] = []
    private var droppedEvents: UInt32 = 0
    private var links: [Link] = []
    private var droppedLinks: UInt32 = 0
    private var status = StatusCode.unset
    private var statusMessage = ""

    init(name: String) {
        self.name = name
    }

    mutating func set(_ attributes: SpanAttributes, limits: SpanLimits) {
        droppedAttributes += UInt32(self.attributes.replace(with: attributes, limit: limits.attributes))
    }

    /// Adds one attribute unless it is there already; what finds no room is counted.
    mutating func setIfAbsent(_ name: String, _ value: SpanAttribute, limits: SpanLimits) {
        guard attributes.get(name) == nil else { return }
        guard attributes.count < limits.attributes else {
            droppedAttributes += 1
            return
        }
        attributes.set(name, value: value)
    }

    /// Ok > Error > Unset; a later Error without words keeps the words of an earlier one.
    mutating func set(_ new: SpanStatus) {
        guard status != .ok else { return }
        switch new.code {
        case .ok:
            status = .ok
            statusMessage = ""
        case .error:
            status = .error
            statusMessage = new.message ?? statusMessage
        }
    }

    mutating func add(_ event: Tracing.SpanEvent, notBefore start: UInt64, limits: SpanLimits) {
        let (kept, dropped) = event.attributes.wireAttributes(
            count: limits.attributesPerEvent, valueLength: limits.attributeValueLength)
        events.append(
            OTLP.SpanEvent(
                timeUnixNano: max(event.nanosecondsSinceEpoch, start), name: event.name, attributes: kept,
                droppedAttributesCount: dropped))
        guard events.count > limits.events else { return }
        events.removeFirst()
        droppedEvents += 1
    }

    mutating func add(_ link: SpanLink, limits: SpanLimits) {
        guard let target = link.context.spanContext, target.isValid else { return }
        let (kept, dropped) = link.attributes.wireAttributes(
            count: limits.attributesPerLink, valueLength: limits.attributeValueLength)
        links.append(
            Link(
                traceID: target.traceID, spanID: target.spanID, traceState: target.traceState,
                attributes: kept, droppedAttributesCount: dropped, flags: target.wireFlags))
        guard links.count > limits.links else { return }
        links.removeFirst()
        droppedLinks += 1
    }

    func write(to span: inout OTLP.Span, limits: SpanLimits) {
        let (kept, dropped) = attributes.wireAttributes(
            count: limits.attributes, valueLength: limits.attributeValueLength)
        span.attributes = kept
        span.droppedAttributesCount = droppedAttributes + dropped
        span.events = events
        span.droppedEventsCount = droppedEvents
        span.links = links
        span.droppedLinksCount = droppedLinks
        span.status = status
        span.statusMessage = statusMessage
    }

    /// Whether a limit left anything out at all.
    static func isCut(_ span: OTLP.Span) -> Bool {
        span.droppedAttributesCount > 0 || span.droppedEventsCount > 0 || span.droppedLinksCount > 0
    }
}
