import Dispatch
import Synchronization

/// Brings log lines to their output without ever making a log call wait.
///
/// Lines gather in a bounded buffer that one queue empties; when the reader of the output is too slow, further
/// lines are dropped and counted, because a stuck terminal must not stop the service. Once the reader goes on, a
/// line says how many were dropped. The buffer and the part that is being written: there is never more in memory.
final class LogWriter: Sendable {
    static let usualCapacity = 4 << 20

    private struct State: Sendable {
        var buffer: [UInt8] = []
        var isScheduled = false
        var dropped = 0
        var toldDropped = 0
        var lost = 0
    }

    private let output: LogOutput
    private let capacity: Int
    private let dropNotice: @Sendable (Int) -> [UInt8]
    private let queue = DispatchQueue(label: "todo.telemetry.log")
    private let state = Mutex(State())
    private let isWriting = Atomic(false)

    /// - Parameter dropNotice: the line that tells how many lines were dropped.
    init(
        output: LogOutput, capacity: Int = LogWriter.usualCapacity,
        dropNotice: @escaping @Sendable (Int) -> [UInt8] = { _ in [] }
    ) {
        self.output = output
        self.capacity = capacity
        self.dropNotice = dropNotice
    }

    /// Lines that found no room so far.
    var droppedLines: Int { state.withLock { $0.dropped } }
    /// Lines that the output did not take, because nobody reads it any more.
    var lostLines: Int { state.withLock { $0.lost } }

    func write(_ line: [UInt8]) {
        let mustSchedule = state.withLock { state in
            guard state.buffer.count + line.count <= capacity else {
                state.dropped += 1
                return false
            }
            state.buffer.append(contentsOf: line)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        // A moment later, so that a burst of lines costs one wake-up and one write.
        if mustSchedule { queue.asyncAfter(deadline: .now() + .milliseconds(5)) { [self] in drain() } }
    }

    /// Waits until every line written before is out, or for the limit.
    func flush(within limit: Duration, pause: Pause) async {
        let answer = OneAnswer()
        let deadline = pause.task(after: limit) { answer.give(false) }
        queue.async { [self] in
            drain()
            answer.give(true)
        }
        _ = await answer.wait()
        deadline.cancel()
    }

    /// The same for the end of a process, where nothing asynchronous runs any more. Blocks, for the limit at most.
    func flushAtExit(milliseconds: Int) {
        let done = DispatchSemaphore(value: 0)
        queue.async { [self] in
            drain()
            done.signal()
        }
        _ = done.wait(timeout: .now() + .milliseconds(milliseconds))
    }

    /// From within the handler of a fatal signal: brings out what has gathered, as far as that is possible without
    /// memory, without waiting for a lock, and without hanging on a reader that is stuck.
    func rescue() {
        for _ in 0..<100 where isWriting.load(ordering: .acquiring) { output.waitMillisecond() }
        state.withLockIfAvailable { state in
            state.buffer.withUnsafeBytes { output.rescue($0) }
        }
    }

    private func drain() {
        while true {
            let (bytes, dropped) = state.withLock { state in
                defer {
                    state.buffer = []
                    state.toldDropped = state.dropped
                }
                let dropped = state.dropped - state.toldDropped
                state.isScheduled = !state.buffer.isEmpty || dropped > 0
                return (state.buffer, dropped)
            }
            guard !bytes.isEmpty || dropped > 0 else { return }
            put(bytes)
            if dropped > 0 { put(dropNotice(dropped)) }
        }
    }

    private func put(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        isWriting.store(true, ordering: .releasing)
        let lost = output.write(bytes)
        isWriting.store(false, ordering: .releasing)
        if lost > 0 { state.withLock { $0.lost += lost } }
    }
}
