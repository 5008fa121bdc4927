import CoreMetrics
import Logging
import OTLP

/// The log of a process: every handler writes here, and from here lines go to the output and to a receiver.
///
/// Nothing here waits. Repeated lines are held back and counted, the writer and the queue of the exporter are
/// bounded and count what they drop.
final class ProcessLog: Sendable {
    /// What a log is made of, for whoever puts it together.
    struct Parts: Sendable {
        var serviceName = ""
        var style = LogStyle.json
        var repetitions = 0
        var limits = LogLimits()
        var clock = SpanClock.system
        var pause = Pause.continuous
    }

    let writer: LogWriter
    let repetitions: LogRepetitions
    var clock: SpanClock { parts.clock }
    private let parts: Parts
    private let form: LogForm
    private let created: Counter?
    private let processor: BatchProcessor<EmittedLog>?

    init(output: LogOutput, capacity: Int = LogWriter.usualCapacity, parts: Parts) {
        self.parts = parts
        (created, processor) = (nil, nil)
        form = LogForm(parts.style, serviceName: parts.serviceName)
        repetitions = LogRepetitions(limit: parts.repetitions)
        writer = LogWriter(output: output, capacity: capacity) { [form, clock = parts.clock] dropped in
            form.bytes(
                of: LogLine(
                    nanoseconds: clock.wallNanoseconds(), level: .warning, logger: "todo.telemetry",
                    message: "log lines were dropped", attributes: ["count": .stringConvertible(dropped)]))
        }
    }

    private init(_ log: ProcessLog, created: Counter, processor: BatchProcessor<EmittedLog>?) {
        (writer, repetitions, parts, form) = (log.writer, log.repetitions, log.parts, log.form)
        (self.created, self.processor) = (created, processor)
    }

    /// The same log, whose lines are counted and exported as well.
    func exporting(to processor: BatchProcessor<EmittedLog>?, created: Counter) -> ProcessLog {
        ProcessLog(self, created: created, processor: processor)
    }

    /// Whether a line is to be written; one that is not is counted.
    func admits(label: String, level: Logger.Level, message: String) -> Bool {
        created?.increment()
        switch repetitions.admit(label, level, message, now: clock.monotonicNanoseconds()) {
        case .write: return true
        case .holdBack: return false
        case .holdBackFirst(let key, let due):
            _ = parts.pause.task(after: due) { [self] in
                if let heldBack = repetitions.take(key) { write(summary(of: heldBack)) }
            }
            return false
        }
    }

    func write(_ line: LogLine) {
        writer.write(form.bytes(of: line))
        processor?.add(
            EmittedLog(record: LogRecord(line, limits: parts.limits), logger: line.logger))
    }

    /// Writes the counts of lines that are held back at the moment; does not wait.
    func tellHeldBack() {
        for heldBack in repetitions.takeAll() { write(summary(of: heldBack)) }
    }

    /// Brings out counts and lines that were written before, or waits for the limit.
    func flush(within limit: Duration) async {
        tellHeldBack()
        await writer.flush(within: limit, pause: parts.pause)
    }

    private func summary(of heldBack: LogRepetitions.HeldBack) -> LogLine {
        LogLine(
            nanoseconds: clock.wallNanoseconds(), level: heldBack.level, logger: heldBack.logger,
            message: heldBack.message, attributes: ["log.suppressed": .stringConvertible(heldBack.count)])
    }
}
