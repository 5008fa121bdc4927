/// How much one span may hold; what is beyond is dropped and counted on the span.
public struct SpanLimits: Sendable, Hashable {
    /// Characters of a string value; nil is unlimited.
    public var attributeValueLength: Int?
    /// Attributes of a span.
    public var attributes = 128
    /// Events of a span.
    public var events = 128
    /// Links of a span.
    public var links = 128
    /// Attributes of one event.
    public var attributesPerEvent = 128
    /// Attributes of one link.
    public var attributesPerLink = 128

    /// The defaults of the OpenTelemetry specification.
    public init() {}
}
