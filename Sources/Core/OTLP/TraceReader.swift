import COTLP

/// Turns unpacked C structs into plain values, leaving out spans that break a rule.
struct TraceReader {
    private(set) var rejectedSpans = 0
    private(set) var rejectionReason: String?

    mutating func resourceSpans(_ message: TodoOtlp__ResourceSpans) -> ResourceSpans {
        ResourceSpans(
            resource: Resource(message.resource),
            scopeSpans: elements(message.scope_spans, message.n_scope_spans).map { scopeSpans($0.pointee) },
            schemaURL: string(message.schema_url))
    }

    private mutating func scopeSpans(_ message: TodoOtlp__ScopeSpans) -> ScopeSpans {
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
            scope: InstrumentationScope(message.scope), spans: spans, schemaURL: string(message.schema_url))
    }

    private func span(_ message: TodoOtlp__Span) throws(OTLPError) -> Span {
        guard let traceID = TraceID(message.trace_id) else {
            throw .invalidSpan("trace_id must be 16 bytes and not all zero")
        }
        guard let spanID = SpanID(message.span_id) else {
            throw .invalidSpan("span_id must be 8 bytes and not all zero")
        }
        guard message.parent_span_id.len == 0 || message.parent_span_id.len == 8 else {
            throw .invalidSpan("parent_span_id must be empty or 8 bytes")
        }
        var span = Span(
            traceID: traceID, spanID: spanID, parentSpanID: SpanID(message.parent_span_id),
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
        guard let traceID = TraceID(message.trace_id), let spanID = SpanID(message.span_id) else {
            throw .invalidSpan("a link must name a trace by 16 bytes and a span by 8")
        }
        return Link(
            traceID: traceID, spanID: spanID, traceState: string(message.trace_state),
            attributes: attributes(message.attributes, message.n_attributes),
            droppedAttributesCount: message.dropped_attributes_count, flags: message.flags)
    }
}
