import OTLP

/// A log line as the query API answers with it.
public struct TraceLog: Codable, Sendable, Hashable {
    public var timeUnixNano: UInt64
    /// `TRACE`, `DEBUG`, `INFO`, `NOTICE`, `WARN`, `ERROR`, `FATAL`, or what else the program calls it.
    public var severity: String
    public var severityNumber: Int32
    public var body: TraceValue
    public var service: String
    public var logger: String
    public var traceId: String?
    public var spanId: String?
    public var attributes: [String: TraceValue]

    init(_ log: StoredLog) {
        timeUnixNano =
            log.record.timeUnixNano > 0 ? log.record.timeUnixNano : log.record.observedTimeUnixNano
        severity = log.record.severityText
        severityNumber = log.record.severityNumber
        body = TraceValue(log.record.body)
        service = log.service
        logger = log.logger
        traceId = log.record.traceID?.hex
        spanId = log.record.spanID?.hex
        attributes = TraceValue.object(log.record.attributes)
    }
}

extension TraceLog {
    /// The line in words: when within the trace, how severe, what happened, with what.
    func text(since start: UInt64) -> String {
        let (later, earlier) = (timeUnixNano >= start, timeUnixNano < start ? start - timeUnixNano : 0)
        let offset = later ? "+\(milliseconds(timeUnixNano - start))" : "-\(milliseconds(earlier))"
        let details = attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.shown)" }
        return ([offset, severity, body.shown] + details).joined(separator: " ").printable
    }

    /// From WARN on.
    var isWarning: Bool { severityNumber >= 13 }
}

extension TraceValue {
    /// Short, for a line in a terminal.
    var shown: String {
        switch self {
        case .null: "-"
        case .bool(let bool): "\(bool)"
        case .int(let int): "\(int)"
        case .double(let double): "\(double)"
        case .string(let text): text
        case .array(let values): "[\(values.map(\.shown).joined(separator: ","))]"
        case .object(let fields):
            "{\(fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.shown)" }.joined(separator: ","))}"
        }
    }
}
