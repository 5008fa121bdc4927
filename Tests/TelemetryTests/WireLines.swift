import OTLP

/// The values as the script prints what it decoded: one line a field, in the order of the field numbers.
struct WireLines {
    private(set) var lines: [String] = []

    mutating func add(_ groups: [ResourceSpans]) {
        for (index, group) in groups.enumerated() {
            let path = "resource_spans[\(index)]"
            if group.resource.attributes.isEmpty { lines.append("\(path).resource = empty") }
            add(group.resource.attributes, "\(path).resource.attributes")
            for (index, scope) in group.scopeSpans.enumerated() {
                let path = "\(path).scope_spans[\(index)]"
                text("\(path).scope.name", scope.scope.name)
                text("\(path).scope.version", scope.scope.version)
                for (index, span) in scope.spans.enumerated() { add(span, "\(path).spans[\(index)]") }
                text("\(path).schema_url", scope.schemaURL)
            }
            text("\(path).schema_url", group.schemaURL)
        }
    }

    mutating func add(_ groups: [ResourceLogs]) {
        for (index, group) in groups.enumerated() {
            let path = "resource_logs[\(index)]"
            if group.resource.attributes.isEmpty { lines.append("\(path).resource = empty") }
            add(group.resource.attributes, "\(path).resource.attributes")
            for (index, scope) in group.scopeLogs.enumerated() {
                let path = "\(path).scope_logs[\(index)]"
                text("\(path).scope.name", scope.scope.name)
                text("\(path).scope.version", scope.scope.version)
                for (index, record) in scope.records.enumerated() {
                    add(record, "\(path).log_records[\(index)]")
                }
                text("\(path).schema_url", scope.schemaURL)
            }
            text("\(path).schema_url", group.schemaURL)
        }
    }

    private mutating func add(_ record: LogRecord, _ path: String) {
        number("\(path).time_unix_nano", record.timeUnixNano)
        number("\(path).severity_number", UInt64(record.severityNumber))
        text("\(path).severity_text", record.severityText)
        add(record.body, "\(path).body")
        add(record.attributes, "\(path).attributes")
        number("\(path).dropped_attributes_count", UInt64(record.droppedAttributesCount))
        number("\(path).flags", UInt64(record.flags))
        if let id = record.traceID { lines.append("\(path).trace_id = \(id.hex)") }
        if let id = record.spanID { lines.append("\(path).span_id = \(id.hex)") }
        number("\(path).observed_time_unix_nano", record.observedTimeUnixNano)
        text("\(path).event_name", record.eventName)
    }

    private mutating func add(_ span: OTLP.Span, _ path: String) {
        lines.append("\(path).trace_id = \(span.traceID.hex)")
        lines.append("\(path).span_id = \(span.spanID.hex)")
        text("\(path).trace_state", span.traceState)
        if let parent = span.parentSpanID { lines.append("\(path).parent_span_id = \(parent.hex)") }
        text("\(path).name", span.name)
        number("\(path).kind", UInt64(span.kind.rawValue))
        number("\(path).start_time_unix_nano", span.startTimeUnixNano)
        number("\(path).end_time_unix_nano", span.endTimeUnixNano)
        add(span.attributes, "\(path).attributes")
        number("\(path).dropped_attributes_count", UInt64(span.droppedAttributesCount))
        for (index, event) in span.events.enumerated() {
            let path = "\(path).events[\(index)]"
            number("\(path).time_unix_nano", event.timeUnixNano)
            text("\(path).name", event.name)
            add(event.attributes, "\(path).attributes")
            number("\(path).dropped_attributes_count", UInt64(event.droppedAttributesCount))
        }
        number("\(path).dropped_events_count", UInt64(span.droppedEventsCount))
        for (index, link) in span.links.enumerated() {
            let path = "\(path).links[\(index)]"
            lines.append("\(path).trace_id = \(link.traceID.hex)")
            lines.append("\(path).span_id = \(link.spanID.hex)")
            text("\(path).trace_state", link.traceState)
            add(link.attributes, "\(path).attributes")
            number("\(path).dropped_attributes_count", UInt64(link.droppedAttributesCount))
            number("\(path).flags", UInt64(link.flags))
        }
        number("\(path).dropped_links_count", UInt64(span.droppedLinksCount))
        text("\(path).status.message", span.statusMessage)
        number("\(path).status.code", UInt64(span.status.rawValue))
        number("\(path).flags", UInt64(span.flags))
    }

    private mutating func add(_ attributes: [Attribute], _ path: String) {
        for (index, attribute) in attributes.enumerated() {
            text("\(path)[\(index)].key", attribute.key)
            add(attribute.value, "\(path)[\(index)].value")
        }
    }

    private mutating func add(_ value: AttributeValue, _ path: String) {
        switch value {
        case .string(let text): lines.append("\(path).string_value = \"\(text)\"")
        case .bool(let bool): lines.append("\(path).bool_value = \(bool)")
        case .int(let int): lines.append("\(path).int_value = \(int)")
        case .double(let double): lines.append("\(path).double_value = \(double)")
        case .bytes(let bytes):
            let digits = Array("0123456789abcdef")
            let text = String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
            lines.append("\(path).bytes_value = \(text)")
        case .array(let values):
            if values.isEmpty { lines.append("\(path).array_value = empty") }
            for (index, value) in values.enumerated() { add(value, "\(path).array_value.values[\(index)]") }
        case .map(let entries):
            if entries.isEmpty { lines.append("\(path).kvlist_value = empty") }
            add(entries, "\(path).kvlist_value.values")
        case .empty: lines.append("\(path) = empty")
        }
    }

    /// Proto 3 leaves out what has its default.
    private mutating func text(_ path: String, _ value: String) {
        if !value.isEmpty { lines.append("\(path) = \"\(value)\"") }
    }

    private mutating func number(_ path: String, _ value: UInt64) {
        if value != 0 { lines.append("\(path) = \(value)") }
    }
}
