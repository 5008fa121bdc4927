import Synchronization

/// Shows what is starting: redrawn in place on a terminal, one line per event elsewhere.
final class StartProgress: Sendable {
    private struct State {
        var drawnLines = 0
        var told: [String: ProcessRecord.State] = [:]
        var isOver = false
    }

    private let state = Mutex(State())
    private let console: Console
    private let palette: Palette
    private let isTerminal: Bool

    init(console: Console, palette: Palette, isTerminal: Bool) {
        self.console = console
        self.palette = palette
        self.isTerminal = isTerminal
    }

    func show(_ processes: [ProcessRecord]) {
        state.withLock { state in
            guard !state.isOver else { return }
            if isTerminal { redraw(processes, &state) } else { tell(processes, &state) }
        }
    }

    /// What is drawn stays; nothing is redrawn from here on.
    func end() { state.withLock { $0.isOver = true } }

    private func redraw(_ processes: [ProcessRecord], _ state: inout State) {
        var text = state.drawnLines > 0 ? "\u{1B}[\(state.drawnLines)A" : ""
        for process in processes { text += "\r\u{1B}[2K" + line(process) + "\n" }
        state.drawnLines = processes.count
        console.write(text)
    }

    private func tell(_ processes: [ProcessRecord], _ state: inout State) {
        for process in processes where state.told[process.name] != process.state {
            state.told[process.name] = process.state
            switch process.state {
            case .ready, .restarting, .crashLooping, .failed, .stopped: console.line(line(process))
            case .waiting, .starting, .stopping: break
            }
        }
    }

    func line(_ process: ProcessRecord) -> String {
        let mark =
            switch process.state {
            case .ready: palette.green("✓")
            case .failed, .crashLooping: palette.red("✗")
            case .starting, .restarting: palette.yellow("…")
            case .waiting, .stopping, .stopped: palette.dim("·")
            }
        let name = process.name + String(repeating: " ", count: max(0, 13 - process.name.count))
        var line = "  \(mark) \(name) \(process.state.rawValue)"
        if process.state == .ready, let time = process.startMilliseconds {
            let padding = String(repeating: " ", count: max(0, 7 - String(time).count))
            line += palette.dim("\(padding)\(time) ms")
        }
        return line
    }
}
