import Dispatch
import Glibc
import Synchronization

/// How to start one process.
struct ProcessLaunch: Sendable {
    enum Output: Sendable {
        /// Line by line to a closure, called on a thread of its own.
        case lines(@Sendable ([UInt8]) -> Void)
        case file(String, truncate: Bool)
    }

    enum Place: Sendable {
        /// Own process group, so that Ctrl-C reaches the supervisor alone; input is a pipe that ends with us.
        case supervised
        /// Own session, no input: lives on when we end.
        case session
    }

    var executable: String
    var arguments: [String]
    var environment: [String: String]
    var output: Output
    var place = Place.supervised
}

/// A running child: the only place that spawns, signals and collects processes.
final class ChildProcess: Sendable {
    let pid: Int32
    private let input: Int32?
    /// True once the process was collected and its number may belong to somebody else.
    private let isCollected = Mutex(false)

    private init(pid: Int32, input: Int32?) {
        self.pid = pid
        self.input = input
    }

    /// Starts a process; `onExit` is called once, on a thread of its own, with words for how it ended.
    static func spawn(
        _ launch: ProcessLaunch, onExit: @escaping @Sendable (ProcessEnd) -> Void
    ) throws(SupervisorError) -> ChildProcess {
        try SpawningThread.shared.run { () throws(SupervisorError) in try spawnAlone(launch, onExit) }
    }

    private static func spawnAlone(
        _ launch: ProcessLaunch, _ onExit: @escaping @Sendable (ProcessEnd) -> Void
    ) throws(SupervisorError) -> ChildProcess {
        let name = launch.executable
        let streams = try ChildStreams(launch, name: name)
        defer { streams.closeChildEnds() }
        OpenFiles.keepFromChildren()
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        streams.add(to: &actions)
        setAttributes(&attributes, launch.place)
        var pid: pid_t = 0
        let failure = withCStrings([launch.executable] + launch.arguments) { arguments in
            withCStrings(launch.environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawn(&pid, launch.executable, &actions, &attributes, arguments, environment)
            }
        }
        guard failure == 0 else {
            streams.closeOwnEnds()
            throw .spawnFailed(name: name, reason: SystemFailure.text(failure))
        }
        let child = ChildProcess(pid: pid, input: streams.ownInput)
        child.watch(streams.ownOutput, launch.output, onExit)
        return child
    }

    func signal(_ number: Int32) {
        isCollected.withLock { isCollected in
            if !isCollected { _ = kill(pid, number) }
        }
    }

    /// Kills the process and what it may have started in its group.
    func killGroup() {
        isCollected.withLock { isCollected in
            if !isCollected {
                _ = kill(-pid, SIGKILL)
                _ = kill(pid, SIGKILL)
            }
        }
    }

    private func watch(
        _ output: Int32?, _ target: ProcessLaunch.Output, _ onExit: @escaping @Sendable (ProcessEnd) -> Void
    ) {
        let hasSpoken = DispatchSemaphore(value: 0)
        if let output, case .lines(let receive) = target {
            BackgroundThread.start {
                LineReader.read(output, receive)
                close(output)
                hasSpoken.signal()
            }
        } else {
            hasSpoken.signal()
        }
        BackgroundThread.start { [self] in
            let end = collect()
            // Its last words are worth a moment; a stranger that inherited the pipe may keep it open for ever.
            _ = hasSpoken.wait(timeout: .now() + .seconds(1))
            onExit(end)
        }
    }

    /// Waits without collecting first: until the process is collected its number is not used again, so a signal
    /// sent meanwhile cannot hit a stranger.
    private func collect() -> ProcessEnd {
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return isCollected.withLock { isCollected in
            _ = kill(-pid, SIGKILL)
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            isCollected = true
            if let input { close(input) }
            return ProcessEnd(waitStatus: status)
        }
    }

    private static func setAttributes(_ attributes: inout posix_spawnattr_t, _ place: ProcessLaunch.Place) {
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        switch place {
        case .supervised:
            posix_spawnattr_setpgroup(&attributes, 0)
            flags |= Int32(POSIX_SPAWN_SETPGROUP)
        case .session:
            // POSIX_SPAWN_SETSID, which the C library's header shows only to GNU sources.
            flags |= 0x80
        }
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = strings.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeBufferPointer { buffer in
            // An array with at least the closing nil always has an address.
            buffer.baseAddress.map(body) ?? withUnsafePointer(to: nil, body)
        }
    }
}

/// How a process ended.
struct ProcessEnd: Sendable, Equatable, CustomStringConvertible {
    let waitStatus: Int32

    /// The exit status, unless a signal ended it.
    var exitStatus: Int32? { waitStatus & 0x7F == 0 ? (waitStatus >> 8) & 0xFF : nil }

    /// `EX_CONFIG` of sysexits.h: a mistake in the configuration, which no repetition mends.
    var isConfigurationMistake: Bool { exitStatus == 78 }

    var description: String {
        exitStatus.map { "exit status \($0)" } ?? "signal \(waitStatus & 0x7F)"
    }
}
