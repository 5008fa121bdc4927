/// The messages of OTLP traces as plain values.
///
/// They are what the tracer finishes, what the exporter encodes and what the receiver decodes; the wire format
/// itself stays behind `TraceCodec`. Field meanings: https://opentelemetry.io/docs/specs/otlp/.

/// A value of an attribute.
public enum AttributeValue: Sendable, Hashable {
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
    /// A dotted name of the semantic conventions, such as `http.route`, or one of our own under `todo.`.
    public var key: String
    /// May be `.empty`, which says "known to have no value" and is kept through encoding and decoding.
    public var value: AttributeValue

    /// Pairs a key with its value; that the key occurs once is for the maker of the list to see to.
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
    /// When it happened, in nanoseconds since 1970-01-01T00:00:00Z.
    public var timeUnixNano: UInt64
    /// A constant such as `exception`; what differs from time to time belongs in the attributes.
    public var name: String
    /// Details of this one occurrence, in the order they are sent.
    public var attributes: [Attribute]
    /// How many attributes a limit left out before sending; 0 when `attributes` is complete.
    public var droppedAttributesCount: UInt32

    /// An event with nothing dropped unless said otherwise.
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
    /// The trace of the span pointed at, which may be another than that of the linking span.
    public var traceID: TraceID
    /// The span pointed at; it need not have been exported, nor have ended.
    public var spanID: SpanID
    /// The W3C `tracestate` of the span pointed at, as received; empty for none.
    public var traceState: String
    /// What the link means, such as `todo.link.reason`.
    public var attributes: [Attribute]
    /// How many attributes a limit left out before sending; 0 when `attributes` is complete.
    public var droppedAttributesCount: UInt32
    /// Bits 0–7 the W3C flags, bit 8 "remoteness is known", bit 9 "remote".
    public var flags: UInt32

    /// A link by ids alone unless said otherwise; flags of 0 leave remoteness unknown.
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
    /// Shared by all spans of the trace; a decoded span never has the all-zero one.
    public var traceID: TraceID
    /// Unique within the trace; a decoded span never has the all-zero one.
    public var spanID: SpanID
    /// Nil for a root.
    public var parentSpanID: SpanID?
    /// The W3C `tracestate` of the span's own context, carried as text and not checked; empty for none.
    public var traceState: String = ""
    /// A low-cardinality name such as `GET /api/tasks/{id}`, never with ids or user text in it.
    public var name: String
    /// A value this version does not know is decoded as `.unspecified`.
    public var kind: SpanKind
    /// Wall clock of the process that ran the span, in nanoseconds since 1970-01-01T00:00:00Z.
    public var startTimeUnixNano: UInt64
    /// In the same unit; decoding does not check that it is no earlier than the start.
    public var endTimeUnixNano: UInt64
    /// What the limits of the tracer let through, in the order they are sent.
    public var attributes: [Attribute] = []
    /// How many attributes a limit left out before sending; 0 when `attributes` is complete.
    public var droppedAttributesCount: UInt32 = 0
    /// In the order they were recorded, which need not be the order of their times.
    public var events: [SpanEvent] = []
    /// How many events a limit left out before sending; 0 when `events` is complete.
    public var droppedEventsCount: UInt32 = 0
    /// Causes other than the parent; decoding refuses the whole span if one names no valid span.
    public var links: [Link] = []
    /// How many links a limit left out before sending; 0 when `links` is complete.
    public var droppedLinksCount: UInt32 = 0
    /// `.unset` unless the program decided; a value this version does not know is decoded as `.unset`.
    public var status: StatusCode = .unset
    /// What went wrong, for a person; of use with `.error` only.
    public var statusMessage: String = ""
    /// Bits 0–7 the W3C flags, bit 8 "remoteness of the parent is known", bit 9 "the parent is remote".
    public var flags: UInt32 = 0

    /// A span with the fields every span has; the others begin empty and are set one by one.
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
    /// The library's or module's name; empty when the sender did not say.
    public var name: String
    /// The version of that library, in a form of its own; empty when unknown.
    public var version: String
    /// What else tells this scope from others of the same name and version; mostly empty.
    public var attributes: [Attribute]

    /// A scope that is known by its name alone unless said otherwise.
    public init(name: String, version: String = "", attributes: [Attribute] = []) {
        self.name = name
        self.version = version
        self.attributes = attributes
    }
}

/// What a process says of itself.
public struct Resource: Sendable, Hashable {
    /// Facts that hold for the life of the process, such as `service.name` and `service.instance.id`.
    public var attributes: [Attribute]

    /// A resource of given facts; none at all is what a message without a resource decodes to.
    public init(attributes: [Attribute] = []) {
        self.attributes = attributes
    }
}

/// The spans of one scope.
public struct ScopeSpans: Sendable, Hashable {
    /// Has an empty name if the message left the scope out.
    public var scope: InstrumentationScope
    /// Finished spans in no order that means anything; those of one trace may come in several exports.
    public var spans: [Span]
    /// The version of the semantic conventions that the spans and their events follow; empty when unsaid.
    public var schemaURL: String

    /// A group of spans, with no claim about semantic conventions unless said otherwise.
    public init(scope: InstrumentationScope, spans: [Span], schemaURL: String = "") {
        self.scope = scope
        self.spans = spans
        self.schemaURL = schemaURL
    }
}

/// The spans of one resource.
public struct ResourceSpans: Sendable, Hashable {
    /// Has no attributes if the message left the resource out.
    public var resource: Resource
    /// One entry for each scope as a rule; receivers must bear a scope that comes twice.
    public var scopeSpans: [ScopeSpans]
    /// The version of the semantic conventions of the resource alone; scopes name their own.
    public var schemaURL: String

    /// What one process sends, with no claim about semantic conventions unless said otherwise.
    public init(resource: Resource, scopeSpans: [ScopeSpans], schemaURL: String = "") {
        self.resource = resource
        self.scopeSpans = scopeSpans
        self.schemaURL = schemaURL
    }
}

/// What a receiver says of an export it took only in part.
public struct PartialSuccess: Sendable, Hashable {
    /// How many spans (or log records) of the export were not kept; 0 beside a message makes the message a warning.
    public var rejectedSpans: Int64
    /// Why, for the person who runs the sender; empty when there is nothing to say.
    public var errorMessage: String

    /// An answer for `TraceCodec.encodeResponse`; full success is nil there, not zero and an empty text.
    public init(rejectedSpans: Int64, errorMessage: String) {
        self.rejectedSpans = rejectedSpans
        self.errorMessage = errorMessage
    }
}
