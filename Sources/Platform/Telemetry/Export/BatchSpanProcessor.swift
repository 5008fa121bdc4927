public import CoreMetrics
import Logging
import Synchronization

/// Collects ended spans and exports them in batches.
///
/// `onEnd` is a short lock and never waits: a full queue drops the new span and counts it. One export runs at a
/// time, no matter whether the clock, a full batch, a flush or the shutdown asked for it: whoever finds no
/// export running does the next one, the others wait for it. Exports run in tasks of their own, so that the
/// cancellation of `run()` or of a caller of `forceFlush()` never throws away a batch half sent.
public final class BatchSpanProcessor: SpanProcessor, Sendable {
    private struct State: Sendable {
        var queue: SpanQueue
        var runningExport: Task<ExportOutcome, Never>?
        var isAborted = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let exporter: any SpanExporter
    private let limits: BatchLimits
    private let pause: Pause
    private let metrics: BatchMetrics
    private let diagnostics: Diagnostics
    private let wakeUp = WakeUp()
    private let state: Mutex<State>

    /// A processor over an exporter.
    ///
    /// - Parameter factory: where the processor counts; nil counts nothing.
    public convenience init(
        exporter: any SpanExporter, limits: BatchLimits = BatchLimits(), factory: (any MetricsFactory)? = nil,
        pause: Pause = .continuous
    ) {
        self.init(exporter: exporter, limits: limits, factory: factory, pause: pause, diagnostics: .silent)
    }

    init(
        exporter: any SpanExporter, limits: BatchLimits, factory: (any MetricsFactory)?, pause: Pause,
        diagnostics: Diagnostics
    ) {
        self.exporter = exporter
        self.limits = limits
        self.pause = pause
        self.diagnostics = diagnostics
        metrics = BatchMetrics(factory: factory ?? NOOPMetricsHandler.instance, capacity: limits.queueSize)
        state = Mutex(State(queue: SpanQueue(limits: limits)))
    }

    /// Takes a span; drops and counts it when the queue is full.
    public func onEnd(_ span: FinishedSpan) {
        switch state.withLock({ $0.queue.add(span) }) {
        case .accepted: break
        case .batchReady: wakeUp.signal()
        case .queueFull:
            metrics.droppedBecauseFull()
            diagnostics.warn("spans are dropped: the export queue is full", ["error.type": "queue_full"])
        case .stopped: metrics.droppedAtShutdown(1)
        }
    }

    /// Asks for an export soon; does not wait for it.
    public func requestFlush() {
        wakeUp.signal()
    }

    /// Where the spans have gone so far.
    public func counts() -> SpanPipelineCounts {
        state.withLock { $0.queue.counts }
    }

    /// Exports whenever a batch is full or the delay has passed; returns when its task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            await wakeUp.wait(atMost: limits.scheduleDelay, pause: pause)
            guard !Task.isCancelled else { return }
            await isFinished(within: nil, orCancelled: true) { [self] in await exportEverything() }
        }
    }

    /// Exports every span that ended before the call, each once. False when the time was not enough.
    ///
    /// The caller's cancellation is not obeyed: it is just then that the last spans must get out.
    @discardableResult
    public func forceFlush(within limit: Duration = .seconds(30)) async -> Bool {
        await isFinished(within: limit, orCancelled: false) { [self] in
            await exportEverything()
            await exporter.forceFlush()
        }
    }

    /// Refuses further spans and exports what is there, in bounded time. Later calls do nothing.
    public func shutdown(within limit: Duration) async {
        guard state.withLock({ $0.queue.stop() }) else { return }
        if await forceFlush(within: limit) { return await endExporter() }
        let leftOver = state.withLock { state in
            state.isAborted = true
            state.runningExport?.cancel()
            return state.queue.dropWaiting()
        }
        // A cancelled export ends at once as a rule; one that does not is left behind rather than waited for.
        await isFinished(within: Self.grace, orCancelled: false) { [self] in await runningExportEnds() }
        await endExporter()
        metrics.droppedAtShutdown(leftOver)
        diagnostics.warn("spans are lost: the shutdown took too long", ["count": "\(leftOver)"])
    }

    private static let grace = Duration.milliseconds(500)

    private func endExporter() async {
        await isFinished(within: Self.grace, orCancelled: false) { [exporter] in await exporter.shutdown() }
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

    private func export(_ batch: [FinishedSpan]) async {
        metrics.started(batch.count)
        let export = Task { [exporter] in await exporter.export(batch) }
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
