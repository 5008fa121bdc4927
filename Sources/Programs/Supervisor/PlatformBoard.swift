import Synchronization

/// What is known of every process right now, in one place: each change goes to platform.json, where other commands
/// see it, and to the progress display.
final class PlatformBoard: Sendable {
    private struct State {
        var descriptor: PlatformDescriptor
        var startedAt: [String: ContinuousClock.Instant] = [:]
    }

    /// The children's log, so that a failure can show the last words of the child.
    let log: MergedLog
    private let folder: DataFolder
    private let state: Mutex<State>
    private let onChange: @Sendable (PlatformDescriptor) -> Void
    private let notice: @Sendable (String) -> Void

    init(
        _ descriptor: PlatformDescriptor, folder: DataFolder, log: MergedLog,
        notice: @escaping @Sendable (String) -> Void = { _ in },
        onChange: @escaping @Sendable (PlatformDescriptor) -> Void
    ) {
        self.log = log
        self.folder = folder
        self.onChange = onChange
        self.notice = notice
        state = Mutex(State(descriptor: descriptor))
    }

    var descriptor: PlatformDescriptor { state.withLock { $0.descriptor } }

    func update(_ name: String, state newState: ProcessRecord.State, pid: Int32? = nil, restarts: Int = 0) {
        change { state in
            guard let index = state.descriptor.processes.firstIndex(where: { $0.name == name }) else {
                return
            }
            let now = ContinuousClock.now
            let begun = state.startedAt[name]
            if newState == .starting, begun == nil { state.startedAt[name] = now }
            var record = state.descriptor.processes[index]
            record.state = newState
            record.restarts = restarts
            if pid != record.process?.pid { record.process = pid.flatMap { ProcessIdentity(pid: $0) } }
            if restarts == 0 { record.lastLines = nil }
            if newState == .ready, record.startMilliseconds == nil, let begun {
                record.startMilliseconds = Int(begun.duration(to: now) / .milliseconds(1))
            }
            state.descriptor.processes[index] = record
        }
    }

    /// Tells people, once, and keeps the child's last lines for `todo status`.
    func reportCrashLoop(of name: String, ends: Int, how: String) {
        let lines = log.recentLines(of: name)
        notice(
            "todo: \(name) ended \(ends) times in a row (last: \(how)) and is started again with pauses; "
                + "its last lines:\n" + lines.map { "    \($0)\n" }.joined())
        change { state in
            guard let index = state.descriptor.processes.firstIndex(where: { $0.name == name }) else {
                return
            }
            state.descriptor.processes[index].lastLines = lines
        }
    }

    func enter(_ phase: PlatformDescriptor.Phase) {
        change { $0.descriptor.phase = phase }
    }

    /// Saving and showing happen under the lock: two changes must not overtake each other. A full disk must not end
    /// the platform, so a failure to save is let pass; the next change tries again.
    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            let before = state.descriptor
            body(&state)
            guard state.descriptor != before else { return }
            try? state.descriptor.save(to: folder)
            onChange(state.descriptor)
        }
    }
}
