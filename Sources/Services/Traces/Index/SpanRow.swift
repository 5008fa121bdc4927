import OTLP

/// A span as the index knows it: what lists, searches and the shape of a trace need, in 48 bytes.
struct SpanRow: Sendable {
    let id: SpanID
    let parent: SpanID?
    let start: UInt64
    let duration: UInt64
    /// Of `OperationTable`.
    let operation: UInt32
    let traits: SpanTraits

    var end: UInt64 { start &+ duration }
}

/// Yes or no of a span.
struct SpanTraits: OptionSet, Sendable {
    let rawValue: UInt8

    static let error = SpanTraits(rawValue: 1)
    /// A request that a client of the public API sent, as the gateway answered it.
    static let publicRequest = SpanTraits(rawValue: 2)
    static let client = SpanTraits(rawValue: 4)
    /// What a page did by itself.
    static let background = SpanTraits(rawValue: 8)
}
