import COTLP

/// Turns unpacked C structs into plain values, leaving out spans that break a rule.
struct TraceReader {
    private(set) var rejectedSpans = 0
    private(set) var rejectionReason: String?

    mutating func resourceSpans(_ message: TodoOtlp__ResourceSpans) -> ResourceSpans {
        let resource = message.resource?.pointee
        return ResourceSpans(
            resource: Resource(attributes: attributes(resource?.attributes, resource?.n_attributes ?? 0)),
            scopeSpans: elements(message.scope_spans, message.n_scope_spans).map { scopeSpans($0.pointee) },
            schemaURL: string(message.schema_url))
    }

    private mutating func scopeSpans(_ message: TodoOtlp__ScopeSpans) -> ScopeSpans {
        let scope = message.scope?.pointee
        var spans: [Span] = []
        spans.reserveCapacity(message.n_spans)
        for element in elements(message.spans, message.n_spans) {
            do throws(OTLPError) {
                spans.append(try span(element.pointee))
            } catch {
                rejectedSpans += 1
                if case .invalidSpan(let rule) = error, rejectionReason == nil { rejectionReason = rule }
            }
        }
        return ScopeSpans(
            scope: InstrumentationScope(
                name: scope.map { string($0.name) } ?? "", version: scope.map { string($0.version) } ?? "",
                attributes: attributes(scope?.attributes, scope?.n_attributes ?? 0)),
            spans: spans, schemaURL: string(message.schema_url))
    }

    private func span(_ message: TodoOtlp__Span) throws(OTLPError) -> Span {
        guard let traceID = traceID(message.trace_id) else {
            throw .invalidSpan("trace_id must be 16 bytes and not all zero")
        }
        guard let spanID = spanID(message.span_id) else {
            throw .invalidSpan("span_id must be 8 bytes and not all zero")
        }
        guard message.parent_span_id.len == 0 || message.parent_span_id.len == 8 else {
            throw .invalidSpan("parent_span_id must be empty or 8 bytes")
        }
        var span = Span(
            traceID: traceID, spanID: spanID, parentSpanID: self.spanID(message.parent_span_id),
            name: string(message.name), kind: SpanKind(rawValue: message.kind) ?? .unspecified,
            startTimeUnixNano: message.start_time_unix_nano, endTimeUnixNano: message.end_time_unix_nano)
        span.traceState = string(message.trace_state)
        span.attributes = attributes(message.attributes, message.n_attributes)
        span.droppedAttributesCount = message.dropped_attributes_count
        span.events = elements(message.events, message.n_events).map { event($0.pointee) }
        span.droppedEventsCount = message.dropped_events_count
        for element in elements(message.links, message.n_links) {
            span.links.append(try link(element.pointee))
        }
        span.droppedLinksCount = message.dropped_links_count
        if let status = message.status?.pointee {
            span.status = StatusCode(rawValue: status.code) ?? .unset
            span.statusMessage = string(status.message)
        }
        span.flags = message.flags
        return span
    }

    private func event(_ message: TodoOtlp__Event) -> SpanEvent {
        SpanEvent(
            timeUnixNano: message.time_unix_nano, name: string(message.name),
            attributes: attributes(message.attributes, message.n_attributes),
            droppedAttributesCount: message.dropped_attributes_count)
    }

    private func link(_ message: TodoOtlp__Link) throws(OTLPError) -> Link {
        guard let traceID = traceID(message.trace_id), let spanID = spanID(message.span_id) else {
            throw .invalidSpan("a link must name a trace by 16 bytes and a span by 8")
        }
        return Link(
            traceID: traceID, spanID: spanID, traceState: string(message.trace_state),
            attributes: attributes(message.attributes, message.n_attributes),
            droppedAttributesCount: message.dropped_attributes_count, flags: message.flags)
    }

    private func traceID(_ data: ProtobufCBinaryData) -> TraceID? {
        TraceID(bytes: UnsafeBufferPointer(start: data.data, count: data.len)).flatMap {
            $0.isValid ? $0 : nil
        }
    }

    private func spanID(_ data: ProtobufCBinaryData) -> SpanID? {
        SpanID(bytes: UnsafeBufferPointer(start: data.data, count: data.len)).flatMap {
            $0.isValid ? $0 : nil
        }
    }

    private func attributes(
        _ list: UnsafeMutablePointer<UnsafeMutablePointer<TodoOtlp__KeyValue>?>?, _ count: Int
    ) -> [Attribute] {
        elements(list, count).map { Attribute(string($0.pointee.key), value($0.pointee.value)) }
    }

    private func value(_ message: UnsafeMutablePointer<TodoOtlp__AnyValue>?) -> AttributeValue {
        guard let message = message?.pointee else { return .empty }
        switch message.value_case {
        case TODO_OTLP__ANY_VALUE__VALUE_STRING_VALUE: return .string(string(message.string_value))
        case TODO_OTLP__ANY_VALUE__VALUE_BOOL_VALUE: return .bool(message.bool_value != 0)
        case TODO_OTLP__ANY_VALUE__VALUE_INT_VALUE: return .int(message.int_value)
        case TODO_OTLP__ANY_VALUE__VALUE_DOUBLE_VALUE: return .double(message.double_value)
        case TODO_OTLP__ANY_VALUE__VALUE_BYTES_VALUE:
            return .bytes(
                Array(UnsafeBufferPointer(start: message.bytes_value.data, count: message.bytes_value.len)))
        case TODO_OTLP__ANY_VALUE__VALUE_ARRAY_VALUE:
            guard let array = message.array_value?.pointee else { return .array([]) }
            return .array(elements(array.values, array.n_values).map { value($0) })
        case TODO_OTLP__ANY_VALUE__VALUE_MAP_VALUE:
            guard let map = message.map_value?.pointee else { return .map([]) }
            return .map(attributes(map.values, map.n_values))
        default: return .empty
        }
    }
}

/// The messages of a repeated field.
func elements<Message>(
    _ list: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: Int
) -> [UnsafeMutablePointer<Message>] {
    UnsafeBufferPointer(start: list, count: list == nil ? 0 : count).compactMap(\.self)
}

/// Text as it was sent; invalid UTF-8 is repaired rather than refused.
func string(_ data: ProtobufCBinaryData) -> String {
    String(
        decoding: UnsafeBufferPointer(start: data.data, count: data.data == nil ? 0 : data.len), as: UTF8.self
    )
}
