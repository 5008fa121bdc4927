import OTLP
import Tracing

/// What a span has been told so far; a value behind the span's lock.
struct SpanRecord: Sendable {
    var name: String
    var attributes = SpanAttributes.empty
    private var droppedAttributes: UInt32 = 0
    private var events: [OTLP.SpanEvent] = []
    private var droppedEvents: UInt32 = 0
    private var links: [Link] = []
    private var droppedLinks: UInt32 = 0
    private var status = StatusCode.unset
    private var statusMessage = ""
    /// How many have the attributes, or what was left of them, to change.
    private var borrowers = 0
    private var wasShared = false

    init(name: String) {
        self.name = name
    }

    mutating func set(_ attributes: SpanAttributes, limits: SpanLimits) {
        droppedAttributes += UInt32(self.attributes.replace(with: attributes, limit: limits.attributes))
    }

    /// The attributes themselves, so that they are changed without being copied; `takeBack` must follow.
    ///
    /// Close to the limit it is a copy, so that it can be told which attributes came first.
    mutating func lendAttributes(limits: SpanLimits) -> SpanAttributes {
        borrowers += 1
        guard attributes.count + 16 <= limits.attributes else { return attributes }
        var lent = SpanAttributes.empty
        swap(&lent, &attributes)
        // Saves the steps of growing; most spans have about that many, and the memory is little and short-lived.
        if lent.isEmpty { lent.reserveCapacity(12) }
        return lent
    }

    /// Puts back what was lent. If two tasks borrowed at a time, what both of them set is kept.
    mutating func takeBack(_ changed: SpanAttributes, limits: SpanLimits) {
        borrowers -= 1
        guard borrowers > 0 || wasShared else { return set(changed, limits: limits) }
        wasShared = borrowers > 0
        var both = attributes
        both.merge(changed)
        set(both, limits: limits)
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
    var isCut: Bool {
        droppedAttributes > 0 || droppedEvents > 0 || droppedLinks > 0
    }
}
