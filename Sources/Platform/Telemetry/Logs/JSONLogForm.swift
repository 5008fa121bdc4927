import Logging
import OTLP

/// A log line as one line of JSON.
///
/// Field names are those of the OpenTelemetry log model in snake case; metadata stands under `attributes` with its
/// keys as they are. Values marked as sensitive are redacted.
struct JSONLogForm: Sendable {
    let serviceName: String

    func bytes(of line: LogLine) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        bytes.append(contentsOf: "{\"timestamp\":\"".utf8)
        bytes.append(contentsOf: timestampText(nanoseconds: line.nanoseconds).utf8)
        bytes.append(contentsOf: "\",\"severity_text\":\"\(line.level.severityText)\"".utf8)
        bytes.append(contentsOf: ",\"severity_number\":\(line.level.severityNumber)".utf8)
        bytes.appendJSONField("body", line.message)
        bytes.appendJSONField("logger", line.logger)
        bytes.appendJSONField("service_name", serviceName)
        if let span = line.span {
            bytes.appendJSONField("trace_id", span.traceID.hex)
            bytes.appendJSONField("span_id", span.spanID.hex)
            bytes.appendJSONField("trace_flags", span.isSampled ? "01" : "00")
        }
        if !line.attributes.isEmpty {
            bytes.append(contentsOf: ",\"attributes\":".utf8)
            bytes.append(.dictionary(line.attributes), depth: 0)
        }
        bytes.append(contentsOf: "}\n".utf8)
        return bytes
    }
}

extension [UInt8] {
    /// A value as JSON; what would make the line too long or too deep becomes an ellipsis.
    mutating func append(_ value: Logger.MetadataValue, depth: Int) {
        switch value {
        case .string(let text): appendJSON(text)
        case .stringConvertible where value.isSensitive: appendJSON("[redacted]")
        case .stringConvertible(let number as any FixedWidthInteger): append(contentsOf: "\(number)".utf8)
        case .stringConvertible(let flag as Bool): append(contentsOf: "\(flag)".utf8)
        case .stringConvertible(let number as Double) where number.isFinite:
            append(contentsOf: "\(number)".utf8)
        case .stringConvertible(let other): appendJSON(other.description)
        case .array, .dictionary:
            guard depth < LogLine.deepest else { return appendJSON("…") }
            appendElements(of: value, depth: depth)
        }
    }

    private mutating func appendElements(of value: Logger.MetadataValue, depth: Int) {
        switch value {
        case .array(let values):
            append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                guard count < LogLine.fullAt else {
                    appendJSON("…")
                    break
                }
                append(value, depth: depth + 1)
            }
            append(UInt8(ascii: "]"))
        case .dictionary(let fields):
            append(UInt8(ascii: "{"))
            for (index, (key, value)) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                guard count < LogLine.fullAt else {
                    append(contentsOf: "\"…\":true".utf8)
                    break
                }
                appendJSON(key)
                append(UInt8(ascii: ":"))
                append(value, depth: depth + 1)
            }
            append(UInt8(ascii: "}"))
        case .string, .stringConvertible: break
        }
    }
}
