public import OTLP
import Synchronization

/// A line of the log on its way out.
public struct EmittedLog: Sendable, Hashable {
    /// The line as it goes on the wire.
    public let record: LogRecord
    /// The label of the logger that wrote it.
    public let logger: String

    /// A line of a logger.
    public init(record: LogRecord, logger: String) {
        self.record = record
        self.logger = logger
    }
}

/// Delivers log records to somewhere. Never called twice at a time; must return soon after its task is cancelled.
public protocol LogExporter: Sendable {
    /// Delivers the records or gives them up; retrying is the exporter's business.
    func export(_ logs: [EmittedLog]) async -> ExportOutcome
    /// Brings out what the exporter itself holds back.
    func forceFlush() async
    /// The last call; an export that comes later fails.
    func shutdown() async
}

extension LogExporter {
    /// An exporter that holds nothing back has nothing to do.
    public func forceFlush() async {}
    /// An exporter that keeps nothing open has nothing to do.
    public func shutdown() async {}
}

/// Keeps log records, for tests of whoever writes them.
public final class InMemoryLogExporter: LogExporter, Sendable {
    private let capacity: Int
    private let kept = Mutex<[EmittedLog]>([])

    /// - Parameter capacity: the most records kept; further ones fail, so that a forgotten exporter stays small.
    public init(capacity: Int = 10_000) {
        self.capacity = capacity
    }

    /// The records that were exported, in order of their arrival.
    public var logs: [EmittedLog] { kept.withLock { $0 } }

    /// Keeps the records.
    public func export(_ logs: [EmittedLog]) async -> ExportOutcome {
        kept.withLock { kept in
            let fitting = logs.prefix(max(0, capacity - kept.count))
            kept += fitting
            return ExportOutcome(
                exported: fitting.count, failed: logs.count - fitting.count, errorType: "memory_full")
        }
    }
}
