import OTLP

/// One line of a list of traces.
public struct TraceSummary: Codable, Sendable, Hashable {
    public let traceId: String
    public let rootName: String
    public let rootService: String
    public let startUnixNano: UInt64
    public let durationNano: UInt64
    public let spanCount: Int
    public let errorCount: Int
    /// Services that took part, by name.
    public let services: [String]
    public let hasError: Bool
    /// How many other traces it links to.
    public let linkedTraces: Int
    /// No span came for a while, and the beginning is known.
    public let isSettled: Bool

    init(_ trace: IndexedTrace, _ operations: OperationTable, isSettled: Bool) {
        let root = trace.root.map { operations[$0.operation] }
        traceId = trace.id.hex
        rootName = root?.name ?? ""
        rootService = root?.service ?? ""
        startUnixNano = trace.rows.isEmpty ? 0 : trace.start
        durationNano = trace.durationNano
        spanCount = trace.rows.count
        errorCount = trace.errorCount
        services = Set(trace.rows.map(\.operation)).reduce(into: Set<String>()) { names, number in
            names.insert(operations[number].service)
        }.sorted()
        hasError = trace.errorCount > 0
        linkedTraces = trace.linked.count
        self.isSettled = isSettled
    }
}
