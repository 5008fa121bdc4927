import Logging
import OTLP

/// Bounds of one exported log record (`OTEL_LOGRECORD_*`).
public struct LogLimits: Sendable, Hashable {
    /// Attributes of a record; what finds no room is counted.
    public var attributes = 128
    /// Characters of a text; nil leaves it to the bound that all texts of the log have.
    public var attributeValueLength: Int?

    /// The defaults of the OpenTelemetry specification.
    public init() {}

    /// The bound of all texts, whatever a variable says: a record must not be larger than a receiver takes.
    static let longestText = 8192
}

extension LogRecord {
    /// A line as it goes to a receiver.
    init(_ line: LogLine, limits: LogLimits) {
        self.init(
            timeUnixNano: line.nanoseconds, severityNumber: Int32(line.level.severityNumber),
            severityText: line.level.severityText,
            body: .string(String(cutting: line.message, to: LogLimits.longestText)))
        if let span = line.span, span.isValid {
            traceID = span.traceID
            spanID = span.spanID
            flags = span.isSampled ? 1 : 0
        }
        let kept = line.attributes.sorted { $0.key < $1.key }.prefix(limits.attributes)
        let length = min(limits.attributeValueLength ?? LogLimits.longestText, LogLimits.longestText)
        attributes = kept.map { Attribute($0.key, AttributeValue($0.value, length: length, depth: 0)) }
        droppedAttributesCount = UInt32(line.attributes.count - kept.count)
    }
}

extension AttributeValue {
    /// A metadata value, redacted where it is marked as sensitive, bounded in length, number and depth.
    fileprivate init(_ value: Logger.MetadataValue, length: Int, depth: Int) {
        switch value {
        case .string(let text): self = .string(String(cutting: text, to: length))
        case .stringConvertible where value.isSensitive: self = .string("[redacted]")
        case .stringConvertible(let flag as Bool): self = .bool(flag)
        case .stringConvertible(let number as any FixedWidthInteger):
            self = Int64(exactly: number).map { .int($0) } ?? .string("\(number)")
        case .stringConvertible(let number as Double): self = .double(number)
        case .stringConvertible(let other): self = .string(String(cutting: other.description, to: length))
        case .array where depth >= LogLine.deepest, .dictionary where depth >= LogLine.deepest:
            self = .string("…")
        case .array(let values):
            self = .array(values.prefix(128).map { AttributeValue($0, length: length, depth: depth + 1) })
        case .dictionary(let fields):
            let kept = fields.sorted { $0.key < $1.key }.prefix(128)
            self = .map(
                kept.map { Attribute($0.key, AttributeValue($0.value, length: length, depth: depth + 1)) })
        }
    }
}

extension String {
    fileprivate init(cutting text: String, to length: Int) {
        // Counting bytes first spares most texts the slower count of characters.
        self = text.utf8.count <= length ? text : String(text.prefix(length))
    }
}
