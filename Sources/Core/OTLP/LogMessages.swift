/// A line of a log as OTLP carries it.
public struct LogRecord: Sendable, Hashable {
    /// When it happened, in nanoseconds since 1970-01-01T00:00:00Z; 0 when unknown.
    public var timeUnixNano: UInt64
    /// When it was seen; as a rule the same.
    public var observedTimeUnixNano: UInt64
    /// 1–4 trace, 5–8 debug, 9–12 info, 13–16 warn, 17–20 error, 21–24 fatal; 0 when unsaid.
    public var severityNumber: Int32
    /// The severity in the words of the program; empty when unsaid.
    public var severityText: String
    /// What happened: constant text as a rule, with what differs in the attributes.
    public var body: AttributeValue
    /// Details of this one line, in the order they are sent.
    public var attributes: [Attribute] = []
    /// How many attributes a limit left out before sending; 0 when `attributes` is complete.
    public var droppedAttributesCount: UInt32 = 0
    /// Bits 0–7 the W3C flags.
    public var flags: UInt32 = 0
    /// The trace it belongs to; nil for none. An invalid one is decoded as none.
    public var traceID: TraceID?
    /// The span it belongs to; nil for none. An invalid one is decoded as none.
    public var spanID: SpanID?
    /// What kind of event this is, for records that follow a convention; empty for none.
    public var eventName: String = ""

    /// A record with the fields every record has; the others begin empty and are set one by one.
    public init(
        timeUnixNano: UInt64, observedTimeUnixNano: UInt64? = nil, severityNumber: Int32 = 0,
        severityText: String = "", body: AttributeValue
    ) {
        self.timeUnixNano = timeUnixNano
        self.observedTimeUnixNano = observedTimeUnixNano ?? timeUnixNano
        self.severityNumber = severityNumber
        self.severityText = severityText
        self.body = body
    }
}

/// The log records of one scope, which is a logger as a rule.
public struct ScopeLogs: Sendable, Hashable {
    /// Has an empty name if the message left the scope out.
    public var scope: InstrumentationScope
    /// In the order they were written.
    public var records: [LogRecord]
    /// The version of the semantic conventions that the records follow; empty when unsaid.
    public var schemaURL: String

    /// A group of records, with no claim about semantic conventions unless said otherwise.
    public init(scope: InstrumentationScope, records: [LogRecord], schemaURL: String = "") {
        self.scope = scope
        self.records = records
        self.schemaURL = schemaURL
    }
}

/// The log records of one resource.
public struct ResourceLogs: Sendable, Hashable {
    /// Has no attributes if the message left the resource out.
    public var resource: Resource
    /// One entry for each scope as a rule; receivers must bear a scope that comes twice.
    public var scopeLogs: [ScopeLogs]
    /// The version of the semantic conventions of the resource alone; scopes name their own.
    public var schemaURL: String

    /// What one process sends, with no claim about semantic conventions unless said otherwise.
    public init(resource: Resource, scopeLogs: [ScopeLogs], schemaURL: String = "") {
        self.resource = resource
        self.scopeLogs = scopeLogs
        self.schemaURL = schemaURL
    }
}
