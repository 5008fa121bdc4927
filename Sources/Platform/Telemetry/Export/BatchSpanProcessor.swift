public import CoreMetrics

/// Collects ended spans and exports them in batches, by the machinery that log records use as well.
public final class BatchSpanProcessor: SpanProcessor, Sendable {
    private let batches: BatchProcessor<FinishedSpan>

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
        let target = BatchTarget<FinishedSpan>(
            export: { await exporter.export($0) }, forceFlush: { await exporter.forceFlush() },
            shutdown: { await exporter.shutdown() })
        batches = BatchProcessor(
            .spans, target: target, limits: limits, factory: factory, pause: pause, diagnostics: diagnostics)
    }

    /// Takes a span; drops and counts it when the queue is full.
    public func onEnd(_ span: FinishedSpan) {
        batches.add(span)
    }

    /// Asks for an export soon; does not wait for it.
    public func requestFlush() {
        batches.requestFlush()
    }

    /// Where the spans have gone so far.
    public func counts() -> PipelineCounts {
        batches.counts()
    }

    /// Exports whenever a batch is full or the delay has passed; returns when its task is cancelled.
    public func run() async {
        await batches.run()
    }

    /// Exports every span that ended before the call, each once. False when the time was not enough.
    ///
    /// The caller's cancellation is not obeyed: it is just then that the last spans must get out.
    @discardableResult
    public func forceFlush(within limit: Duration = .seconds(30)) async -> Bool {
        await batches.forceFlush(within: limit)
    }

    /// Refuses further spans and exports what is there, in bounded time. Later calls do nothing.
    public func shutdown(within limit: Duration) async {
        await batches.shutdown(within: limit)
    }

    /// Makes the gauge of the queue current; called when metrics are read.
    func updateGauges() {
        batches.updateGauges()
    }
}
