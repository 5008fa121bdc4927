/// Carries trace context inside a job's data, because the call that a job makes has no trace headers.
///
/// The text is a JSON object with `traceparent`, `tracestate`, `baggage`, `scheduledAt` and `payload`; members
/// without a value are left out.
public struct JobCarriage: Sendable, Hashable {
    /// W3C trace context of the span that planned the job.
    public var traceparent: String?
    /// W3C trace state that belongs to it.
    public var tracestate: String?
    /// W3C baggage.
    public var baggage: String?
    /// When the job was planned, RFC 3339: tells whether its work still belongs to the planner's trace.
    public var scheduledAt: String?
    /// JSON text for the handler; empty if there is none.
    public var payload: [UInt8]

    /// A carriage.
    public init(
        traceparent: String? = nil, tracestate: String? = nil, baggage: String? = nil,
        scheduledAt: String? = nil, payload: [UInt8] = []
    ) {
        self.traceparent = traceparent
        self.tracestate = tracestate
        self.baggage = baggage
        self.scheduledAt = scheduledAt
        self.payload = payload
    }

    /// Reads a job's data; data that was planned without a carriage is all payload.
    public init(data: [UInt8]) {
        guard let members = JSONMembers(of: data), members.raw(Self.mark) != nil else {
            self.init(payload: data)
            return
        }
        let text = { (name: String) in members.raw(name).flatMap(JSONText.decode) }
        self.init(
            traceparent: text("traceparent"), tracestate: text("tracestate"), baggage: text("baggage"),
            scheduledAt: text(Self.mark), payload: members.raw("payload").map(Array.init) ?? [])
    }

    /// The data to plan the job with.
    ///
    /// - Throws: `DaprError.invalidValue` if the payload is not JSON.
    public func data() throws(DaprError) -> [UInt8] {
        guard payload.isEmpty || JSONReader.isValid(payload) else { throw .invalidValue }
        var object = JSONObjectText()
        object.add("traceparent", text: traceparent)
        object.add("tracestate", text: tracestate)
        object.add("baggage", text: baggage)
        object.add(Self.mark, text: scheduledAt ?? "")
        if !payload.isEmpty { object.add("payload", json: payload) }
        return object.finished()
    }

    /// The member by which a carriage is known.
    private static let mark = "scheduledAt"
}
