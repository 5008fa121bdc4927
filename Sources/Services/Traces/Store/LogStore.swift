public import OTLP
import Synchronization

/// The log records of the recent past, in memory and bounded; the oldest go first.
///
/// Beside the trace store rather than in it: a trace may be gone while others still ask for its lines, and the other
/// way round, and a process that writes much must not push out traces.
public final class LogStore: Sendable {
    /// How much is kept.
    public struct Limits: Sendable {
        public var records: Int
        /// Estimated memory of those records.
        public var bytes: Int
        /// Records of one trace; further ones of a trace that never ends are refused.
        public var recordsPerTrace: Int

        public init(
            records: Int = 100_000, bytes: Int = 64 * 1024 * 1024, recordsPerTrace: Int = 10_000
        ) {
            self.records = records
            self.bytes = bytes
            self.recordsPerTrace = recordsPerTrace
        }
    }

    fileprivate struct State {
        /// In order of arrival; a number counts from the first record ever and is `numberOfFirst` for the first here.
        var logs: [StoredLog] = []
        var evicted = 0
        var numberOfFirst = 0
        /// Numbers of the records of a trace, the smallest first.
        var byTrace: [TraceID: [Int]] = [:]
        var bytes = 0
    }

    private let limits: Limits
    private let state = Mutex(State())

    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Records held at the moment.
    public var count: Int { state.withLock { $0.logs.count - $0.evicted } }

    /// Keeps the records of a batch; returns how many found no room in their trace.
    @discardableResult
    public func add(_ batch: [ResourceLogs]) -> Int {
        state.withLock { state in
            var refused = 0
            for resourceLogs in batch {
                let service = resourceLogs.resource.attributes.string("service.name") ?? "unknown"
                for scopeLogs in resourceLogs.scopeLogs {
                    for record in scopeLogs.records {
                        let log = StoredLog(record: record, service: service, logger: scopeLogs.scope.name)
                        if !state.add(log, limit: limits.recordsPerTrace) { refused += 1 }
                    }
                }
            }
            state.evict(to: limits)
            return refused
        }
    }

    /// The lines of one trace, the earliest first.
    public func logs(of trace: TraceID) -> [TraceLog] {
        state.withLock { state in
            state.byTrace[trace, default: []].map { state.logs[$0 - state.numberOfFirst] }
        }
        // As told: of some lines only the time is known at which they were seen.
        .map(TraceLog.init).sorted { $0.timeUnixNano < $1.timeUnixNano }
    }

    /// The newest lines, the newest first, of all services or of one.
    public func newest(limit: Int, service: String? = nil) -> [TraceLog] {
        state.withLock { state in
            Array(
                state.logs[state.evicted...].reversed().lazy
                    .filter { log in service.map { $0 == log.service } ?? true }.prefix(limit))
        }.map(TraceLog.init)
    }
}

extension LogStore.State {
    fileprivate mutating func add(_ log: StoredLog, limit: Int) -> Bool {
        if let trace = log.record.traceID {
            guard byTrace[trace, default: []].count < limit else { return false }
            byTrace[trace, default: []].append(numberOfFirst + logs.count)
        }
        logs.append(log)
        bytes += log.estimatedBytes
        return true
    }

    fileprivate mutating func evict(to limits: LogStore.Limits) {
        while logs.count - evicted > limits.records || bytes > limits.bytes, evicted < logs.count {
            let gone = logs[evicted]
            bytes -= gone.estimatedBytes
            if let trace = gone.record.traceID {
                // It is the trace's first: numbers are given and taken in the same order.
                byTrace[trace]?.removeFirst()
                if byTrace[trace]?.isEmpty == true { byTrace[trace] = nil }
            }
            evicted += 1
        }
        // Cut off at times rather than each time, which would move all the others.
        if evicted > 1024, evicted > logs.count / 2 {
            logs.removeFirst(evicted)
            numberOfFirst += evicted
            evicted = 0
        }
    }
}
