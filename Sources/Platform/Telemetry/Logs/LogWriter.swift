import Dispatch
import Synchronization

/// Brings log lines to their output without ever making a log call wait.
///
/// Lines gather in a bounded buffer that one queue empties; when the reader of the output is too slow, further
/// lines are dropped and counted, because a stuck terminal must not stop the service.
final class LogWriter: Sendable {
    private struct State: Sendable {
        var buffer: [UInt8] = []
        var isScheduled = false
        var dropped = 0
    }

    private let output: LogOutput
    private let capacity: Int
    private let queue = DispatchQueue(label: "todo.telemetry.log")
    private let state = Mutex(State())

    init(output: LogOutput, capacity: Int = 4 << 20) {
        self.output = output
        self.capacity = capacity
    }

    /// Lines that found no room so far.
    var droppedLines: Int { state.withLock { $0.dropped } }

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

    private func drain() {
        while true {
            let bytes = state.withLock { state in
                defer { state.buffer = [] }
                state.isScheduled = !state.buffer.isEmpty
                return state.buffer
            }
            guard !bytes.isEmpty else { return }
            output.write(bytes)
        }
    }
}
