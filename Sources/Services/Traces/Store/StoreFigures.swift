import Synchronization

/// How much a store has.
struct StoreFigures: Sendable, Encodable {
    let spans: Int
    let traces: Int
    /// Of the index, and of spans that are not read from the disk.
    let memoryBytes: Int
    let diskBytes: Int
    /// 0 where nothing is kept on disk.
    let diskLimitBytes: Int
    /// When the oldest trace began; 0 where there is none.
    let oldestUnixNano: UInt64
    let newestUnixNano: UInt64
}

extension TraceStore {
    func figures() -> StoreFigures {
        state.withLock { state in
            var (oldest, newest): (UInt64, UInt64) = (.max, 0)
            for trace in state.traces.values {
                oldest = min(oldest, trace.start)
                newest = max(newest, trace.start)
            }
            return StoreFigures(
                spans: state.spans, traces: state.traces.count,
                memoryBytes: state.spanBytes + state.indexBytes,
                diskBytes: archive?.bytes ?? 0,
                diskLimitBytes: archive?.limits.bytes ?? 0, oldestUnixNano: oldest == .max ? 0 : oldest,
                newestUnixNano: newest)
        }
    }
}
