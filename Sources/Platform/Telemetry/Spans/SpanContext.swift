public import OTLP
public import Tracing

/// What travels between processes so that their spans make one trace (W3C Trace Context).
public struct SpanContext: Sendable, Hashable {
    /// The trace all its spans share.
    public let traceID: TraceID
    /// The span itself.
    public let spanID: SpanID
    /// The W3C flags; bit 0 is "sampled".
    public let flags: UInt8
    /// What vendors on the way keep for themselves, carried on; `TraceState` reads and changes it.
    public let traceState: String
    /// Whether it came over the wire.
    public let isRemote: Bool

    /// A context of known parts.
    public init(
        traceID: TraceID, spanID: SpanID, flags: UInt8 = 0, traceState: String = "", isRemote: Bool = false
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
        self.traceState = traceState
        self.isRemote = isRemote
    }

    /// Reads a `traceparent` strictly; nil for anything W3C calls invalid. Later versions are read as version 0.
    public init?(traceparent: String, traceState: String = "", isRemote: Bool = true) {
        let text = Array(traceparent.utf8)
        guard text.count >= 55, text[2] == dash, text[35] == dash, text[52] == dash,
            let version = lowerHexadecimal(text[0..<2]), version != 0xFF,
            version == 0 ? text.count == 55 : (text.count == 55 || text[55] == dash),
            let high = lowerHexadecimal(text[3..<19]), let low = lowerHexadecimal(text[19..<35]),
            let span = lowerHexadecimal(text[36..<52]), let flags = lowerHexadecimal(text[53..<55])
        else { return nil }
        let traceID = TraceID(high: high, low: low)
        let spanID = SpanID(span)
        guard traceID.isValid, spanID.isValid else { return nil }
        self.init(
            traceID: traceID, spanID: spanID, flags: UInt8(flags) & knownFlags,
            traceState: traceState.isEmpty ? "" : TraceState(header: traceState)?.header ?? "",
            isRemote: isRemote)
    }

    /// False for a context with an all-zero id, which is none.
    public var isValid: Bool { traceID.isValid && spanID.isValid }

    /// The `traceparent` header of this context.
    ///
    /// Only the sampled bit goes out: widespread parsers refuse version 0 with flags above 2, so sending the
    /// newer "random" bit along would cut the trace there.
    public var traceparent: String {
        "00-\(traceID.hex)-\(spanID.hex)-\(isSampled ? "01" : "00")"
    }

    /// Whether the spans of this trace are kept.
    public var isSampled: Bool { flags & sampledFlag != 0 }

    /// The same context with the sampled flag set or cleared: for an edge that does not obey foreign flags.
    public func sampled(_ isSampled: Bool) -> SpanContext {
        SpanContext(
            traceID: traceID, spanID: spanID, flags: isSampled ? flags | sampledFlag : flags & ~sampledFlag,
            traceState: traceState, isRemote: isRemote)
    }

    /// The flags field of OTLP: the W3C flags and whether `self` came from another process.
    var wireFlags: UInt32 {
        UInt32(flags) | remotenessKnown | (isRemote ? remote : 0)
    }
}

extension InstrumentationContext {
    /// The span this context belongs to.
    public var spanContext: SpanContext? {
        get { self[SpanContextKey.self]?.content }
        set { self[SpanContextKey.self] = newValue.map(CarriedSpanContext.init) }
    }
}

private enum SpanContextKey: InstrumentationContextKey {
    typealias Value = CarriedSpanContext
    static var nameOverride: String? { "telemetry.span" }
}

/// A class, so that a context's dictionary of anything holds a reference instead of a box that is unpacked by casting.
private final class CarriedSpanContext: Sendable {
    let content: SpanContext

    init(_ content: SpanContext) {
        self.content = content
    }
}

/// Bit 0 of the W3C flags.
let sampledFlag: UInt8 = 0x01
/// Bit 1 of the W3C flags: the trace id is random in its last seven bytes.
let randomFlag: UInt8 = 0x02
/// Bit 8 of OTLP flags: the remote bit may be trusted.
let remotenessKnown: UInt32 = 0x100
/// Bit 9 of OTLP flags.
let remote: UInt32 = 0x200

private let knownFlags = sampledFlag | randomFlag
private let dash = UInt8(ascii: "-")

/// W3C allows lower case only, which `TraceID(hex:)` does not insist on.
private func lowerHexadecimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for digit in digits {
        switch digit {
        case 0x30...0x39: value = value << 4 | UInt64(digit - 0x30)
        case 0x61...0x66: value = value << 4 | UInt64(digit - 0x57)
        default: return nil
        }
    }
    return value
}
