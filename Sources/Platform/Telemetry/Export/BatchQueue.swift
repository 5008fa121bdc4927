/// How spans, or log records, wait for export; the defaults are those of the OpenTelemetry specification.
public struct BatchLimits: Sendable, Hashable {
    /// Items that may wait.
    public var queueSize = 2048
    /// Items of one export.
    public var batchSize = 512
    /// Longest wait before an export.
    public var scheduleDelay = Duration.milliseconds(5000)
    /// Longest export, retries included; zero is unlimited.
    public var exportTimeout = Duration.milliseconds(30000)

    /// The defaults.
    public init() {}
}

/// Where the items that came have gone (sampled spans that ended, log records); the sum is exact at any time.
public struct PipelineCounts: Sendable, Hashable {
    /// All that came: sampled spans that ended, log records that were written.
    public var ended = 0
    /// Accepted by the receiver.
    public var exported = 0
    /// Given up by the exporter or rejected by the receiver.
    public var failed = 0
    /// Dropped on arrival, because the queue was full.
    public var droppedQueueFull = 0
    /// Dropped because they came after, or were left over at, the shutdown.
    public var droppedAtShutdown = 0
    /// Waiting or being exported right now.
    public var queued = 0

    /// Whether nothing was lost from sight: ended = exported + failed + dropped + queued.
    public var isConserved: Bool {
        ended == exported + failed + droppedQueueFull + droppedAtShutdown + queued
    }
}

/// The bounded queue as a value: who may enter, what goes out next, which flush is satisfied. Never waits itself.
struct BatchQueue<Item: Sendable>: Sendable {
    enum Admission: Sendable {
        case accepted
        /// Accepted, and a whole batch is waiting now.
        case batchReady
        case queueFull
        case stopped
    }

    enum NextStep: Sendable {
        case done
        case export([Item])
        case waitForRunningExport
    }

    let limits: BatchLimits
    private(set) var counts = PipelineCounts()
    private(set) var isExporting = false
    private var isStopped = false
    private var waiting: [Item] = []
    /// Items accepted since the start, and how many of those are done with; a flush remembers the first and
    /// waits for the second to reach it, which is what makes it export each item once and none twice.
    private(set) var accepted = 0
    private var completed = 0

    init(limits: BatchLimits) {
        self.limits = limits
        waiting.reserveCapacity(min(limits.queueSize, 4096))
    }

    var waitingCount: Int { waiting.count }
    var hasFullBatch: Bool { waiting.count >= limits.batchSize }

    mutating func add(_ item: Item) -> Admission {
        counts.ended += 1
        guard !isStopped else {
            counts.droppedAtShutdown += 1
            return .stopped
        }
        guard waiting.count < limits.queueSize else {
            counts.droppedQueueFull += 1
            return .queueFull
        }
        waiting.append(item)
        accepted += 1
        counts.queued += 1
        return waiting.count % limits.batchSize == 0 ? .batchReady : .accepted
    }

    /// What to do so that everything accepted up to `target` is done with.
    mutating func next(until target: Int) -> NextStep {
        guard completed < target else { return .done }
        guard !isExporting else { return .waitForRunningExport }
        guard !waiting.isEmpty else { return .done }
        let batch = Array(waiting.prefix(limits.batchSize))
        waiting.removeFirst(batch.count)
        isExporting = true
        return .export(batch)
    }

    mutating func finishedExport(_ outcome: ExportOutcome) {
        let size = outcome.exported + outcome.failed
        isExporting = false
        completed += size
        counts.exported += outcome.exported
        counts.failed += outcome.failed
        counts.queued -= size
    }

    /// From here on every item is refused. False when it had been stopped before.
    mutating func stop() -> Bool {
        defer { isStopped = true }
        return !isStopped
    }

    /// Gives up what still waits; answers how many.
    mutating func dropWaiting() -> Int {
        let count = waiting.count
        waiting.removeAll()
        completed += count
        counts.droppedAtShutdown += count
        counts.queued -= count
        return count
    }
}
