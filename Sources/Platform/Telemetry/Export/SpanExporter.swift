/// What became of one batch; every item of it is in exactly one of the counts.
public struct ExportOutcome: Sendable, Hashable {
    /// Items (spans, log records) the receiver took.
    public var exported: Int
    /// Items that are lost, by cause: a status code or a short word, the same few for ever.
    public private(set) var failures: [String: Int]

    /// An outcome of known counts.
    ///
    /// - Parameter errorType: why the failed ones are lost.
    public init(exported: Int, failed: Int = 0, errorType: String? = nil) {
        self.exported = exported
        failures = failed > 0 ? [errorType ?? "_OTHER": failed] : [:]
    }

    /// Items that are lost.
    public var failed: Int { failures.values.reduce(0, +) }

    /// Why most of the lost ones are lost; nil when none is.
    public var errorType: String? {
        failures.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key
    }

    /// What became of two parts of a batch.
    public static func + (left: ExportOutcome, right: ExportOutcome) -> ExportOutcome {
        var sum = left
        sum.exported += right.exported
        sum.failures.merge(right.failures, uniquingKeysWith: +)
        return sum
    }

    /// The same outcome, made to add up to the batch's size: an exporter that counts wrongly must not make any
    /// disappear from the sum.
    func covering(_ count: Int) -> ExportOutcome {
        guard exported + failed != count || exported < 0 else { return self }
        var exact = ExportOutcome(exported: max(0, min(exported, count)))
        var missing = count - exact.exported
        for (cause, number) in failures.sorted(by: { $0.key < $1.key }) where missing > 0 {
            let lost = min(number, missing)
            exact.failures[cause] = lost
            missing -= lost
        }
        if missing > 0 { exact.failures["_OTHER", default: 0] += missing }
        return exact
    }
}

/// Delivers spans to somewhere. Never called twice at a time; must return soon after its task is cancelled.
public protocol SpanExporter: Sendable {
    /// Delivers the spans or gives them up; retrying is the exporter's business.
    func export(_ spans: [FinishedSpan]) async -> ExportOutcome
    /// Brings out what the exporter itself holds back.
    func forceFlush() async
    /// The last call; an export that comes later fails.
    func shutdown() async
}

extension SpanExporter {
    /// An exporter that holds nothing back has nothing to do.
    public func forceFlush() async {}
    /// An exporter that keeps nothing open has nothing to do.
    public func shutdown() async {}
}
