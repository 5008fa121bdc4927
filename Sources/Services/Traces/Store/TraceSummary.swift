import OTLP

/// One line of a list of traces.
public struct TraceSummary: Codable, Sendable, Hashable {
    public let traceId: String
    public let rootName: String
    public let rootService: String
    public let startUnixNano: UInt64
    public let durationNano: UInt64
    public let spanCount: Int
    /// Services that took part, by name.
    public let services: [String]
    public let hasError: Bool
    /// No span came for a while, and the beginning is known.
    public let isSettled: Bool

    init(_ trace: StoredTrace, isSettled: Bool) {
        let root = trace.root
        traceId = trace.id.hex
        rootName = root?.span.name ?? ""
        rootService = root?.service ?? ""
        startUnixNano = trace.spans.isEmpty ? 0 : trace.start
        durationNano = trace.durationNano
        spanCount = trace.spans.count
        services = trace.services.sorted()
        hasError = trace.hasError
        self.isSettled = isSettled
    }
}
