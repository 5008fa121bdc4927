import Testing

@testable import Telemetry

@Suite(.timeLimit(.minutes(1))) struct BatchSpanProcessorTests {
    private let time = ManualPause()

    private func processor(
        _ exporter: RecordingExporter, queue: Int = 8, batch: Int = 2
    ) -> BatchSpanProcessor {
        var limits = BatchLimits()
        limits.queueSize = queue
        limits.batchSize = batch
        return BatchSpanProcessor(exporter: exporter, limits: limits, pause: time.pause)
    }

    private func counts(
        _ ended: Int, exported: Int = 0, failed: Int = 0, full: Int = 0, late: Int = 0, queued: Int = 0
    )
        -> PipelineCounts
    {
        var counts = PipelineCounts()
        counts.ended = ended
        counts.exported = exported
        counts.failed = failed
        counts.droppedQueueFull = full
        counts.droppedAtShutdown = late
        counts.queued = queued
        return counts
    }

    @Test func `a full batch leaves before the delay has passed`() async {
        let exporter = RecordingExporter()
        let processor = processor(exporter)
        let run = Task { await processor.run() }
        processor.onEnd(finishedSpan("1"))
        processor.onEnd(finishedSpan("2"))
        await exporter.receives(2)
        #expect(exporter.names == ["1", "2"])
        run.cancel()
        await run.value
    }

    @Test func `the delay sends what is there`() async {
        let exporter = RecordingExporter()
        let processor = processor(exporter)
        let run = Task { await processor.run() }
        processor.onEnd(finishedSpan("1"))
        #expect(exporter.batches.isEmpty)
        await time.elapse(.milliseconds(5000))
        await exporter.receives(1)
        processor.onEnd(finishedSpan("2"))
        await time.elapse(.milliseconds(5000))
        await exporter.receives(2)
        #expect(exporter.batches.map(\.count) == [1, 1])
        run.cancel()
        await run.value
    }

    @Test func `an empty queue sends nothing`() async {
        let exporter = RecordingExporter()
        await processor(exporter).forceFlush()
        #expect(exporter.batches.isEmpty)
    }

    @Test func `a full queue drops the newest and counts it`() async {
        let exporter = RecordingExporter()
        let metrics = MetricsRegistry()
        var limits = BatchLimits()
        limits.queueSize = 3
        limits.batchSize = 2
        let processor = BatchSpanProcessor(
            exporter: exporter, limits: limits, factory: metrics, pause: time.pause)
        for number in 1...5 { processor.onEnd(finishedSpan("\(number)")) }
        #expect(processor.counts() == counts(5, full: 2, queued: 3))
        await processor.forceFlush()
        #expect(exporter.batches.map(\.count) == [2, 1])
        #expect(exporter.names == ["1", "2", "3"])
        #expect(processor.counts() == counts(5, exported: 3, full: 2))
        let text = metrics.exposition()
        let labels =
            "otel_component_name=\"batching_span_processor/0\",otel_component_type=\"batching_span_processor\""
        #expect(
            text.contains("otel_sdk_processor_span_processed_total{error_type=\"queue_full\",\(labels)} 2\n"))
        #expect(text.contains("otel_sdk_processor_span_processed_total{\(labels)} 3\n"))
        #expect(text.contains("otel_sdk_processor_span_queue_capacity{\(labels)} 3\n"))
    }

    @Test func `flushes never export at the same time and each span goes out once`() async {
        let gate = Gate()
        let exporter = RecordingExporter { spans in
            await gate.wait()
            return ExportOutcome(exported: spans.count)
        }
        let processor = processor(exporter, queue: 100, batch: 3)
        let run = Task { await processor.run() }
        for number in 0..<20 { processor.onEnd(finishedSpan("\(number)")) }
        await withTaskGroup { group in
            for _ in 0..<10 { group.addTask { await processor.forceFlush() } }
            await exporter.receives(3)
            gate.open()
            for await isComplete in group { #expect(isComplete) }
        }
        #expect(exporter.mostRunning == 1)
        #expect(exporter.names == (0..<20).map(String.init))
        #expect(processor.counts() == counts(20, exported: 20))
        run.cancel()
        await run.value
    }

    @Test func `a flush reports when time was not enough and the export goes on`() async {
        let gate = Gate()
        let exporter = RecordingExporter { spans in
            await gate.wait()
            return ExportOutcome(exported: spans.count)
        }
        let processor = processor(exporter)
        processor.onEnd(finishedSpan("1"))
        let flush = Task { await processor.forceFlush(within: .seconds(3)) }
        await exporter.receives(1)
        await time.elapse(.seconds(3))
        #expect(await flush.value == false)
        #expect(processor.counts() == counts(1, queued: 1))
        gate.open()
        #expect(await processor.forceFlush())
        #expect(processor.counts() == counts(1, exported: 1))
    }

    @Test func `a cancelled caller still gets its spans out`() async {
        let exporter = RecordingExporter()
        let processor = processor(exporter)
        processor.onEnd(finishedSpan("1"))
        let flush = Task {
            await untilCancelled()
            return await processor.forceFlush()
        }
        flush.cancel()
        #expect(await flush.value)
        #expect(exporter.names == ["1"])
    }

    @Test func `run returns at once when cancelled, even while an export hangs`() async {
        let gate = Gate()
        let exporter = RecordingExporter { spans in
            await gate.wait()
            return ExportOutcome(exported: spans.count)
        }
        let processor = processor(exporter)
        let run = Task { await processor.run() }
        processor.onEnd(finishedSpan("1"))
        processor.onEnd(finishedSpan("2"))
        await exporter.receives(2)
        run.cancel()
        await run.value
        gate.open()
        await processor.shutdown(within: .seconds(5))
        #expect(processor.counts() == counts(2, exported: 2))
    }

    @Test func `shutdown sends what is left and refuses what comes later`() async {
        let exporter = RecordingExporter()
        let processor = processor(exporter)
        processor.onEnd(finishedSpan("1"))
        await processor.shutdown(within: .seconds(5))
        processor.onEnd(finishedSpan("late"))
        await processor.shutdown(within: .seconds(5))
        #expect(exporter.names == ["1"])
        #expect(processor.counts() == counts(2, exported: 1, late: 1))
    }

    @Test func `shutdown is bounded when the receiver hangs`() async {
        let exporter = RecordingExporter { spans in
            await untilCancelled()
            return ExportOutcome(exported: 0, failed: spans.count, errorType: "cancelled")
        }
        let processor = processor(exporter)
        for number in 0..<5 { processor.onEnd(finishedSpan("\(number)")) }
        let shutdown = Task { await processor.shutdown(within: .seconds(5)) }
        await exporter.receives(2)
        await time.elapse(.seconds(5))
        await shutdown.value
        #expect(processor.counts() == counts(5, failed: 2, late: 3))
    }

    @Test func `an export that takes too long is cancelled and its batch given up`() async {
        let exporter = RecordingExporter { spans in
            await untilCancelled()
            return ExportOutcome(exported: 0, failed: spans.count, errorType: "cancelled")
        }
        let processor = processor(exporter)
        processor.onEnd(finishedSpan("1"))
        let flush = Task { await processor.forceFlush(within: .seconds(60)) }
        await time.elapse(.milliseconds(30000))
        #expect(await flush.value)
        #expect(processor.counts() == counts(1, failed: 1))
    }

    @Test func `nothing is lost from sight under load and failures`() async {
        let exporter = RecordingExporter { spans in
            let lost = spans.count % 3
            return ExportOutcome(
                exported: spans.count - lost, failed: lost, errorType: lost > 0 ? "503" : nil)
        }
        let processor = processor(exporter, queue: 50, batch: 10)
        let run = Task { await processor.run() }
        await withTaskGroup { group in
            for worker in 0..<8 {
                group.addTask {
                    for number in 0..<500 {
                        processor.onEnd(finishedSpan("\(worker)-\(number)"))
                        if number % 50 == 0 {
                            #expect(processor.counts().isConserved)
                            await Task.yield()
                        }
                    }
                }
            }
        }
        await processor.forceFlush()
        let counts = processor.counts()
        #expect(counts.ended == 4000 && counts.queued == 0 && counts.isConserved)
        #expect(exporter.names.count == counts.exported + counts.failed)
        #expect(Set(exporter.names).count == exporter.names.count)
        #expect(exporter.mostRunning == 1)
        run.cancel()
        await run.value
    }
}
