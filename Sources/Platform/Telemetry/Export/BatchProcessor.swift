import CoreMetrics
import Logging
import Synchronization

/// What travels, by its name in metrics and in words.
struct BatchSignal: Sendable {
    static let spans = BatchSignal(name: "span", plural: "spans")
    static let logs = BatchSignal(name: "log", plural: "log records")

    /// As the names of the semantic conventions have it.
    let name: String
    /// As log lines have it.
    let plural: String
}

/// Where batches go; functions rather than a protocol, so that the processor is generic in the item alone.
struct BatchTarget<Item: Sendable>: Sendable {
    let export: @Sendable ([Item]) async -> ExportOutcome
    let forceFlush: @Sendable () async -> Void
    let shutdown: @Sendable () async -> Void
}

/// Collects items (ended spans, log records) and exports them in batches.
///
/// `add` is a short lock and never waits: a full queue drops the new item and counts it. One export runs at a
/// time, no matter whether the clock, a full batch, a flush or the shutdown asked for it: whoever finds no
/// export running does the next one, the others wait for it. Exports run in tasks of their own, so that the
/// cancellation of `run()` or of a caller of `forceFlush()` never throws away a batch half sent.
final class BatchProcessor<Item: Sendable>: Sendable {
    private struct State: Sendable {
        var queue: BatchQueue<Item>
        var runningExport: Task<ExportOutcome, Never>?
        var isAborted = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let signal: BatchSignal
    private let target: BatchTarget<Item>
    private let limits: BatchLimits
    private let pause: Pause
    private let metrics: BatchMetrics
    private let diagnostics: Diagnostics
    private let wakeUp = WakeUp()
    private let state: Mutex<State>

    init(
        _ signal: BatchSignal, target: BatchTarget<Item>, limits: BatchLimits,
        factory: (any MetricsFactory)?, pause: Pause, diagnostics: Diagnostics
    ) {
        self.signal = signal
        self.target = target
        self.limits = limits
        self.pause = pause
        self.diagnostics = diagnostics
        metrics = BatchMetrics(
            signal, factory: factory ?? NOOPMetricsHandler.instance, capacity: limits.queueSize)
        state = Mutex(State(queue: BatchQueue(limits: limits)))
    }

    /// Takes an item; drops and counts it when the queue is full.
    func add(_ item: Item) {
        switch state.withLock({ $0.queue.add(item) }) {
        case .accepted: break
        case .batchReady: wakeUp.signal()
        case .queueFull:
            metrics.droppedBecauseFull()
            diagnostics.warn(
                "\(signal.plural) are dropped: the export queue is full", ["error.type": "queue_full"])
        case .stopped: metrics.droppedAtShutdown(1)
        }
    }

    /// Asks for an export soon; does not wait for it.
    func requestFlush() {
        wakeUp.signal()
    }

    /// Where the items have gone so far.
    func counts() -> PipelineCounts {
        state.withLock { $0.queue.counts }
    }

    /// Exports whenever a batch is full or the delay has passed; returns when its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            await wakeUp.wait(atMost: limits.scheduleDelay, pause: pause)
            guard !Task.isCancelled else { return }
            await isFinished(within: nil, orCancelled: true) { [self] in await exportEverything() }
        }
    }

    /// Exports every item that came before the call, each once. False when the time was not enough.
    ///
    /// The caller's cancellation is not obeyed: it is just then that the last items must get out.
    @discardableResult
    func forceFlush(within limit: Duration = .seconds(30)) async -> Bool {
        await isFinished(within: limit, orCancelled: false) { [self] in
            await exportEverything()
            await target.forceFlush()
        }
    }

    /// Refuses further items and exports what is there, in bounded time. Later calls do nothing.
    func shutdown(within limit: Duration) async {
        guard state.withLock({ $0.queue.stop() }) else { return }
        if await forceFlush(within: limit) { return await endExporter() }
        let leftOver = state.withLock { state in
            state.isAborted = true
            state.runningExport?.cancel()
            return state.queue.dropWaiting()
        }
        // A cancelled export ends at once as a rule; one that does not is left behind rather than waited for.
        await isFinished(within: grace, orCancelled: false) { [self] in await runningExportEnds() }
        await endExporter()
        metrics.droppedAtShutdown(leftOver)
        diagnostics.warn("\(signal.plural) are lost: the shutdown took too long", ["count": "\(leftOver)"])
    }

    /// Generic types have no stored statics.
    private var grace: Duration { .milliseconds(500) }

    private func endExporter() async {
        await isFinished(within: grace, orCancelled: false) { [target] in await target.shutdown() }
    }

    /// Makes the gauge of the queue current; called when metrics are read.
    func updateGauges() {
        metrics.queueSize.record(state.withLock { $0.queue.waitingCount })
    }

    private func exportEverything() async {
        let target = state.withLock { $0.queue.accepted }
        while true {
            switch state.withLock({ $0.queue.next(until: target) }) {
            case .done: return
            case .waitForRunningExport: await runningExportEnds()
            case .export(let batch): await export(batch)
            }
        }
    }

    private func export(_ batch: [Item]) async {
        metrics.started(batch.count)
        let export = Task { [target] in await target.export(batch) }
        state.withLock { state in
            state.runningExport = export
            if state.isAborted { export.cancel() }
        }
        let isLimited = limits.exportTimeout > .zero
        let deadline = isLimited ? pause.task(after: limits.exportTimeout) { export.cancel() } : nil
        let outcome = await export.value.covering(batch.count)
        deadline?.cancel()
        let waiters = state.withLock { state in
            state.queue.finishedExport(outcome)
            state.runningExport = nil
            defer { state.waiters = [] }
            return state.waiters
        }
        metrics.finished(outcome)
        for waiter in waiters { waiter.resume() }
    }

    private func runningExportEnds() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if state.queue.isExporting { state.waiters.append(continuation) }
                return !state.queue.isExporting
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// Runs the work to its end, but returns after the limit, or on cancellation, at the latest.
    @discardableResult
    private func isFinished(
        within limit: Duration?, orCancelled obeysCancellation: Bool,
        _ work: @escaping @Sendable () async -> Void
    ) async -> Bool {
        let answer = OneAnswer()
        let deadline = limit.map { limit in pause.task(after: limit) { answer.give(false) } }
        Task {
            await work()
            answer.give(true)
            deadline?.cancel()
        }
        return await withTaskCancellationHandler {
            await answer.wait()
        } onCancel: {
            if obeysCancellation { answer.give(false) }
        }
    }
}
