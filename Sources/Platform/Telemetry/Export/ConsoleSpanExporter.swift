import OTLP

/// Writes each span as one line of JSON, for a developer without a receiver (`OTEL_TRACES_EXPORTER=console`).
public struct ConsoleSpanExporter: SpanExporter {
    private let write: @Sendable ([UInt8]) -> Void

    /// - Parameter write: takes whole lines; must not block.
    public init(write: @escaping @Sendable ([UInt8]) -> Void) {
        self.write = write
    }

    /// Writes the spans.
    public func export(_ spans: [FinishedSpan]) async -> ExportOutcome {
        for span in spans { write(line(of: span)) }
        return ExportOutcome(exported: spans.count)
    }

    private func line(of finished: FinishedSpan) -> [UInt8] {
        let span = finished.span
        var line = Array("{\"span\":".utf8)
        line.appendJSON(span.name)
        line.appendJSONField("kind", "\(span.kind)")
        line.appendJSONField("trace_id", span.traceID.hex)
        line.appendJSONField("span_id", span.spanID.hex)
        if let parent = span.parentSpanID { line.appendJSONField("parent_span_id", parent.hex) }
        line.appendJSONField("start", timestampText(nanoseconds: span.startTimeUnixNano))
        let nanoseconds = span.endTimeUnixNano - min(span.startTimeUnixNano, span.endTimeUnixNano)
        line.append(contentsOf: ",\"duration_ns\":\(nanoseconds)".utf8)
        line.appendJSONField("status", "\(span.status)")
        line.appendJSONField("scope", finished.origin.scope.name)
        line.append(contentsOf: ",\"attributes\":".utf8)
        append(span.attributes, to: &line)
        line.append(contentsOf: ",\"events\":[".utf8)
        for (index, event) in span.events.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            line.append(contentsOf: "{\"name\":".utf8)
            line.appendJSON(event.name)
            line.append(contentsOf: ",\"attributes\":".utf8)
            append(event.attributes, to: &line)
            line.append(UInt8(ascii: "}"))
        }
        line.append(contentsOf: "],\"links\":\(span.links.count)}\n".utf8)
        return line
    }

    private func append(_ attributes: [Attribute], to line: inout [UInt8]) {
        line.append(UInt8(ascii: "{"))
        for (index, attribute) in attributes.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            line.appendJSON(attribute.key)
            line.append(UInt8(ascii: ":"))
            append(attribute.value, to: &line)
        }
        line.append(UInt8(ascii: "}"))
    }

    private func append(_ value: AttributeValue, to line: inout [UInt8]) {
        switch value {
        case .string(let text): line.appendJSON(text)
        case .bool(let bool): line.append(contentsOf: "\(bool)".utf8)
        case .int(let int): line.append(contentsOf: "\(int)".utf8)
        // JSON has no word for infinity and not-a-number.
        case .double(let double) where double.isFinite: line.append(contentsOf: "\(double)".utf8)
        case .double(let double): line.appendJSON("\(double)")
        case .bytes(let bytes): line.appendJSON("\(bytes.count) bytes")
        case .array(let values):
            line.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                append(value, to: &line)
            }
            line.append(UInt8(ascii: "]"))
        case .map(let entries): append(entries, to: &line)
        case .empty: line.append(contentsOf: "null".utf8)
        }
    }
}
