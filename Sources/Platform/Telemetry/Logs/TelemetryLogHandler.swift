public import Logging
import OTLP
import Tracing

/// Writes each log call as one line of JSON, bound to the span it happened in.
///
/// Field names are those of the OpenTelemetry log model in snake case; metadata stands under `attributes` with
/// its keys as they are. Values marked as sensitive are redacted, and of an error only the type is told:
/// messages of errors may quote what users wrote.
public struct JSONLogHandler: LogHandler {
    /// Metadata of every line.
    public var metadata: Logger.Metadata = [:]
    /// Metadata asked for at every line.
    public var metadataProvider: Logger.MetadataProvider?
    /// Lines below are not written.
    public var logLevel: Logger.Level

    private let label: String
    private let serviceName: String
    private let writer: LogWriter
    private let clock: SpanClock

    init(label: String, serviceName: String, logLevel: Logger.Level, writer: LogWriter, clock: SpanClock) {
        self.label = label
        self.serviceName = serviceName
        self.logLevel = logLevel
        self.writer = writer
        self.clock = clock
    }

    /// Metadata of every line.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line; never waits.
    public func log(event: LogEvent) {
        var line: [UInt8] = []
        line.reserveCapacity(512)
        line.append(contentsOf: "{\"timestamp\":\"".utf8)
        line.append(contentsOf: timestampText(nanoseconds: clock.wallNanoseconds()).utf8)
        line.append(contentsOf: "\",\"severity_text\":\"\(event.level.severityText)\"".utf8)
        line.append(contentsOf: ",\"severity_number\":\(event.level.severityNumber)".utf8)
        line.appendJSONField("body", event.message.description)
        line.appendJSONField("logger", label)
        line.appendJSONField("service_name", serviceName)
        if let span = InstrumentationContext.current?.spanContext {
            line.appendJSONField("trace_id", span.traceID.hex)
            line.appendJSONField("span_id", span.spanID.hex)
            line.appendJSONField("trace_flags", span.isSampled ? "01" : "00")
        }
        append(attributes(of: event), to: &line)
        line.append(contentsOf: "}\n".utf8)
        writer.write(line)
    }

    private func attributes(of event: LogEvent) -> Logger.Metadata {
        var all = metadata
        if let provided = metadataProvider?.get(), !provided.isEmpty { all.merge(provided) { $1 } }
        if let own = event.metadata, !own.isEmpty { all.merge(own) { $1 } }
        if let error = event.error, all["error.type"] == nil {
            all["error.type"] = .string(String(reflecting: type(of: error)))
        }
        return all
    }

    private func append(_ attributes: Logger.Metadata, to line: inout [UInt8]) {
        guard !attributes.isEmpty else { return }
        line.append(contentsOf: ",\"attributes\":".utf8)
        line.append(.dictionary(attributes))
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): appendJSON(text)
        case .stringConvertible(let number as any FixedWidthInteger): append(contentsOf: "\(number)".utf8)
        case .stringConvertible(let flag as Bool): append(contentsOf: "\(flag)".utf8)
        case .stringConvertible(let number as Double) where number.isFinite:
            append(contentsOf: "\(number)".utf8)
        case .stringConvertible(let other):
            appendJSON(value.isSensitive ? "[redacted]" : other.description)
        case .array(let values):
            for (index, value) in values.enumerated() {
                append(UInt8(ascii: index == 0 ? "[" : ","))
                append(value)
            }
            append(contentsOf: (values.isEmpty ? "[]" : "]").utf8)
        case .dictionary(let fields):
            for (index, (key, value)) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
                append(UInt8(ascii: index == 0 ? "{" : ","))
                appendJSON(key)
                append(UInt8(ascii: ":"))
                append(value)
            }
            append(contentsOf: (fields.isEmpty ? "{}" : "}").utf8)
        }
    }
}

extension Logger.Level {
    /// The name in the OpenTelemetry log model.
    var severityText: String {
        switch self {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info: "INFO"
        case .notice: "NOTICE"
        case .warning: "WARN"
        case .error: "ERROR"
        case .critical: "FATAL"
        }
    }

    /// The number in the OpenTelemetry log model.
    var severityNumber: Int {
        switch self {
        case .trace: 1
        case .debug: 5
        case .info: 9
        case .notice: 10
        case .warning: 13
        case .error: 17
        case .critical: 21
        }
    }
}
