import COTLP

/// Encodes and decodes OTLP log messages; answers are those of `TraceCodec`.
public enum LogCodec {
    /// An export request's bytes.
    public static func encode(_ resourceLogs: [ResourceLogs]) -> [UInt8] {
        BumpArena.withArena { arena in
            let writer = MessageWriter(arena: arena)
            let request = writer.make(todo_otlp__export_logs_request__init)
            (request.pointee.n_resource_logs, request.pointee.resource_logs) =
                writer.list(resourceLogs, todo_otlp__resource_logs__init, writer.fill)
            return writer.packed(request, todo_otlp__export_logs_request__pack)
        }
    }

    /// The records of an export request; throws if the bytes as a whole are bad.
    ///
    /// No single record is refused: ids that break the rules are the same as no ids, says the specification.
    public static func decode(_ bytes: [UInt8]) throws(OTLPError) -> [ResourceLogs] {
        try unpacking(bytes, todo_otlp__export_logs_request__init, todo_otlp__export_logs_request__unpack) {
            request in
            elements(request.resource_logs, request.n_resource_logs).map { ResourceLogs($0.pointee) }
        }
    }
}

extension ResourceLogs {
    fileprivate init(_ message: TodoOtlp__ResourceLogs) {
        self.init(
            resource: Resource(message.resource),
            scopeLogs: elements(message.scope_logs, message.n_scope_logs).map { ScopeLogs($0.pointee) },
            schemaURL: string(message.schema_url))
    }
}

extension ScopeLogs {
    fileprivate init(_ message: TodoOtlp__ScopeLogs) {
        self.init(
            scope: InstrumentationScope(message.scope),
            records: elements(message.log_records, message.n_log_records).map { LogRecord($0.pointee) },
            schemaURL: string(message.schema_url))
    }
}

extension LogRecord {
    fileprivate init(_ message: TodoOtlp__LogRecord) {
        self.init(
            timeUnixNano: message.time_unix_nano, observedTimeUnixNano: message.observed_time_unix_nano,
            severityNumber: message.severity_number, severityText: string(message.severity_text),
            body: value(message.body))
        attributes = OTLP.attributes(message.attributes, message.n_attributes)
        droppedAttributesCount = message.dropped_attributes_count
        flags = message.flags
        traceID = TraceID(message.trace_id)
        spanID = SpanID(message.span_id)
        eventName = string(message.event_name)
    }
}

extension MessageWriter {
    func fill(_ message: inout TodoOtlp__ResourceLogs, from value: ResourceLogs) {
        message.resource = resource(value.resource)
        (message.n_scope_logs, message.scope_logs) =
            list(value.scopeLogs, todo_otlp__scope_logs__init, fill)
        message.schema_url = text(value.schemaURL)
    }

    private func fill(_ message: inout TodoOtlp__ScopeLogs, from value: ScopeLogs) {
        message.scope = scope(value.scope)
        (message.n_log_records, message.log_records) =
            list(value.records, todo_otlp__log_record__init, fill)
        message.schema_url = text(value.schemaURL)
    }

    private func fill(_ message: inout TodoOtlp__LogRecord, from record: LogRecord) {
        message.time_unix_nano = record.timeUnixNano
        message.observed_time_unix_nano = record.observedTimeUnixNano
        message.severity_number = record.severityNumber
        message.severity_text = text(record.severityText)
        if record.body != .empty { message.body = value(record.body) }
        (message.n_attributes, message.attributes) = attributes(record.attributes)
        message.dropped_attributes_count = record.droppedAttributesCount
        message.flags = record.flags
        if let trace = record.traceID { message.trace_id = bigEndian(trace.high, trace.low) }
        if let span = record.spanID { message.span_id = bigEndian(span.value) }
        message.event_name = text(record.eventName)
    }
}
