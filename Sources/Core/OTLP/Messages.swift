/// The messages of OTLP traces as plain values.
///
/// They are what the tracer finishes, what the exporter encodes and what the receiver decodes; the wire format
/// itself stays behind `TraceCodec`. Field meanings: https://opentelemetry.io/docs/specs/otlp/.

/// A value of an attribute.
public indirect enum AttributeValue: Sendable, Hashable {
    case string(String)
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case bytes([UInt8])
    case array([AttributeValue])
    case map([Attribute])
    /// An `AnyValue` with no case set.
    case empty
}

/// A key with its value; keys are unique within one list.
public struct Attribute: Sendable, Hashable {
    public var key: String
    public var value: AttributeValue

    public init(_ key: String, _ value: AttributeValue) {
        self.key = key
        self.value = value
    }
}

/// The role a span plays; raw values are those of the wire.
public enum SpanKind: Int32, Sendable, Hashable {
    case unspecified = 0
    case `internal` = 1
    case server = 2
    case client = 3
    case producer = 4
    case consumer = 5
}

/// How a span ended; raw values are those of the wire.
public enum StatusCode: Int32, Sendable, Hashable {
    case unset = 0
    case ok = 1
    case error = 2
}

/// Something that happened at one instant within a span.
public struct SpanEvent: Sendable, Hashable {
    public var timeUnixNano: UInt64
    public var name: String
    public var attributes: [Attribute]
    public var droppedAttributesCount: UInt32

    public init(
        timeUnixNano: UInt64, name: String, attributes: [Attribute] = [], droppedAttributesCount: UInt32 = 0
    ) {
        self.timeUnixNano = timeUnixNano
        self.name = name
        self.attributes = attributes
        self.droppedAttributesCount = droppedAttributesCount
    }
}

/// A reference to a span elsewhere that this one is causally bound to.
public struct Link: Sendable, Hashable {
    public var traceID: TraceID
    public var spanID: SpanID
    public var traceState: String
    public var attributes: [Attribute]
    public var droppedAttributesCount: UInt32
    /// Bits 0–7 the W3C flags, bit 8 "remoteness is known", bit 9 "remote".
    public var flags: UInt32

    public init(
        traceID: TraceID, spanID: SpanID, traceState: String = "", attributes: [Attribute] = [],
        droppedAttributesCount: UInt32 = 0, flags: UInt32 = 0
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.traceState = traceState
        self.attributes = attributes
        self.droppedAttributesCount = droppedAttributesCount
        self.flags = flags
    }
}

/// A finished span.
public struct Span: Sendable, Hashable {
    public var traceID: TraceID
    public var spanID: SpanID
    /// Nil for a root.
    public var parentSpanID: SpanID?
    public var traceState: String = ""
    public var name: String
    public var kind: SpanKind
    public var startTimeUnixNano: UInt64
    public var endTimeUnixNano: UInt64
    public var attributes: [Attribute] = []
    public var droppedAttributesCount: UInt32 = 0
    public var events: [SpanEvent] = []
    public var droppedEventsCount: UInt32 = 0
    public var links: [Link] = []
    public var droppedLinksCount: UInt32 = 0
    public var status: StatusCode = .unset
    public var statusMessage: String = ""
    /// Bits 0–7 the W3C flags, bit 8 "remoteness of the parent is known", bit 9 "the parent is remote".
    public var flags: UInt32 = 0

    public init(
        traceID: TraceID, spanID: SpanID, parentSpanID: SpanID? = nil, name: String, kind: SpanKind,
        startTimeUnixNano: UInt64, endTimeUnixNano: UInt64
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.parentSpanID = parentSpanID
        self.name = name
        self.kind = kind
        self.startTimeUnixNano = startTimeUnixNano
        self.endTimeUnixNano = endTimeUnixNano
    }
}

/// Who made the spans within a process: a library or module with its version.
public struct InstrumentationScope: Sendable, Hashable {
    public var name: String
    public var version: String
    public var attributes: [Attribute]

    public init(name: String, version: String = "", attributes: [Attribute] = []) {
        self.name = name
        self.version = version
        self.attributes = attributes
    }
}

/// What a process says of itself.
public struct Resource: Sendable, Hashable {
    public var attributes: [Attribute]

    public init(attributes: [Attribute] = []) {
        self.attributes = attributes
    }
}

/// The spans of one scope.
public struct ScopeSpans: Sendable, Hashable {
    public var scope: InstrumentationScope
    public var spans: [Span]
    public var schemaURL: String

    public init(scope: InstrumentationScope, spans: [Span], schemaURL: String = "") {
        self.scope = scope
        self.spans = spans
        self.schemaURL = schemaURL
    }
}

/// The spans of one resource.
public struct ResourceSpans: Sendable, Hashable {
    public var resource: Resource
    public var scopeSpans: [ScopeSpans]
    public var schemaURL: String

    public init(resource: Resource, scopeSpans: [ScopeSpans], schemaURL: String = "") {
        self.resource = resource
        self.scopeSpans = scopeSpans
        self.schemaURL = schemaURL
    }
}

/// What a receiver says of an export it took only in part.
public struct PartialSuccess: Sendable, Hashable {
    public var rejectedSpans: Int64
    public var errorMessage: String

    public init(rejectedSpans: Int64, errorMessage: String) {
        self.rejectedSpans = rejectedSpans
        self.errorMessage = errorMessage
    }
}
