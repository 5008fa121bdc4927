import COTLP

// OTLP traces between plain values and protobuf bytes.
//
// Why protobuf-c and not swift-protobuf: the generator of swift-protobuf takes minutes to build, and
// encoding here runs inside every traced process. protobuf-c is a small system library; its output is
// committed in COTLP and a test regenerates it. Names of protobuf-c appear in this module only, and no
// pointer crosses its public API.
//
// Encoding builds the C structs of a batch in a `BumpArena`, which knows a bound of their packed size, and packs them
// once. (`get_packed_size` costs more than packing; `pack_to_buffer` measures every level again and costs three times
// as much.)
//
// Decoding trusts nothing: `WireShape` bounds nesting before the recursive C code sees the bytes, the arena
// bounds memory, and ids are validated span by span. A receiver keeps the good spans of a batch and counts
// the others (`decodeExport`); a strict reader refuses the batch (`decode`).
//
// Text travels as bytes: it may hold a NUL, and invalid UTF-8 is repaired on decoding.

/// Encodes and decodes OTLP trace messages.
public enum TraceCodec {
    /// How deep messages may nest; the standard limit of protobuf implementations.
    public static let maximumDepth = 100

    /// An export request's bytes.
    public static func encode(_ resourceSpans: [ResourceSpans]) -> [UInt8] {
        BumpArena.withArena { arena in
            let writer = MessageWriter(arena: arena)
            let request = writer.make(todo_otlp__export_request__init)
            (request.pointee.n_resource_spans, request.pointee.resource_spans) =
                writer.list(resourceSpans, todo_otlp__resource_spans__init, writer.fill)
            return writer.packed(request, todo_otlp__export_request__pack)
        }
    }

    /// The spans of an export request; throws at the first span that breaks a rule.
    public static func decode(_ bytes: [UInt8]) throws(OTLPError) -> [ResourceSpans] {
        let export = try decodeExport(bytes)
        if let reason = export.rejectionReason { throw .invalidSpan(reason) }
        return export.resourceSpans
    }

    /// The good spans of an export request and the number of the others; throws if the bytes as a whole are
    /// bad.
    public static func decodeExport(_ bytes: [UInt8]) throws(OTLPError) -> DecodedExport {
        try unpacking(bytes, todo_otlp__export_request__init, todo_otlp__export_request__unpack) { request in
            var reader = TraceReader()
            let resourceSpans = elements(request.resource_spans, request.n_resource_spans).map {
                reader.resourceSpans($0.pointee)
            }
            return DecodedExport(
                resourceSpans: resourceSpans, rejectedSpans: reader.rejectedSpans,
                rejectionReason: reader.rejectionReason)
        }
    }

    /// The bytes of an answer; no bytes at all for full success.
    public static func encodeResponse(_ partialSuccess: PartialSuccess?) -> [UInt8] {
        guard let partialSuccess else { return [] }
        return BumpArena.withArena { arena in
            let writer = MessageWriter(arena: arena)
            let response = writer.make(todo_otlp__export_response__init)
            let partial = writer.make(todo_otlp__partial_success__init)
            partial.pointee.rejected_spans = partialSuccess.rejectedSpans
            partial.pointee.error_message = writer.text(partialSuccess.errorMessage)
            response.pointee.partial_success = partial
            return writer.packed(response, todo_otlp__export_response__pack)
        }
    }

    /// What an answer complains of; nil for full success, also if a receiver writes it as an empty message.
    public static func decodeResponse(_ bytes: [UInt8]) throws(OTLPError) -> PartialSuccess? {
        try unpacking(bytes, todo_otlp__export_response__init, todo_otlp__export_response__unpack) {
            response in
            guard let partial = response.partial_success?.pointee else { return nil }
            let message = string(partial.error_message)
            guard partial.rejected_spans != 0 || !message.isEmpty else { return nil }
            return PartialSuccess(rejectedSpans: partial.rejected_spans, errorMessage: message)
        }
    }

    /// The body of an answer that refuses an export (a `google.rpc.Status`).
    public static func encodeStatus(code: Int32, message: String) -> [UInt8] {
        BumpArena.withArena { arena in
            let writer = MessageWriter(arena: arena)
            let status = writer.make(todo_otlp__error_status__init)
            status.pointee.code = code
            status.pointee.message = writer.text(message)
            return writer.packed(status, todo_otlp__error_status__pack)
        }
    }

    /// The message in the body of an answer that refuses an export: for a log line, never for decisions.
    public static func decodeStatusMessage(_ bytes: [UInt8]) throws(OTLPError) -> String {
        try unpacking(bytes, todo_otlp__error_status__init, todo_otlp__error_status__unpack) { status in
            string(status.message)
        }
    }
}

/// What came out of an export request.
public struct DecodedExport: Sendable, Hashable {
    /// The spans fit to keep, grouped as they came; a group stays even if all its spans were left out.
    public var resourceSpans: [ResourceSpans]
    /// Spans left out because they break a rule.
    public var rejectedSpans: Int
    /// The rule that the first of them breaks.
    public var rejectionReason: String?

    /// An export with the spans that were fit to keep.
    public init(resourceSpans: [ResourceSpans], rejectedSpans: Int = 0, rejectionReason: String? = nil) {
        self.resourceSpans = resourceSpans
        self.rejectedSpans = rejectedSpans
        self.rejectionReason = rejectionReason
    }
}
