/// Why bytes were not understood as OTLP.
public enum OTLPError: Error, Sendable, Hashable {
    /// Not a protobuf message of the expected kind: cut off, wrong wire type, impossible length.
    case malformed
    /// Messages nested deeper than `TraceCodec.maximumDepth`.
    case nestedTooDeep
    /// Unpacking would take far more memory than the bytes themselves justify.
    case expandsTooMuch
    /// A span breaks a rule of its own; the text names the rule, never a value.
    case invalidSpan(String)
}

extension OTLPError: CustomStringConvertible {
    /// Says which rule was broken, with nothing taken from the bytes, so that logs and answers may show it.
    public var description: String {
        switch self {
        case .malformed: "not a valid OTLP message"
        case .nestedTooDeep: "messages are nested more than \(TraceCodec.maximumDepth) levels deep"
        case .expandsTooMuch: "the message expands to too much memory"
        case .invalidSpan(let rule): "invalid span: \(rule)"
        }
    }
}
