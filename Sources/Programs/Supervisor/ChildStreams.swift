import Glibc

/// The file descriptors of one child while it is being started: those it gets and those we keep.
struct ChildStreams {
    /// Held open as long as the child shall live: its end tells the child that we are gone.
    let ownInput: Int32?
    let ownOutput: Int32?
    private let childInput: Int32
    private let childOutput: Int32

    init(_ launch: ProcessLaunch, name: String) throws(SupervisorError) {
        switch launch.place {
        case .supervised:
            let pipe = try Self.makePipe(name)
            childInput = pipe.read
            ownInput = pipe.write
        case .session:
            childInput = open("/dev/null", O_RDONLY | O_CLOEXEC)
            ownInput = nil
        }
        switch launch.output {
        case .lines:
            let pipe = try Self.makePipe(name)
            childOutput = pipe.write
            ownOutput = pipe.read
        case .file(let path, let truncate):
            let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (truncate ? O_TRUNC : 0)
            childOutput = open(path, flags, 0o600)
            ownOutput = nil
            if childOutput < 0 { throw .spawnFailed(name: name, reason: "\(path): \(SystemFailure.text())") }
        }
    }

    /// Numbers 0, 1 and 2; everything else this process has open is marked as not to be inherited.
    func add(to actions: inout posix_spawn_file_actions_t) {
        posix_spawn_file_actions_adddup2(&actions, childInput, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, childOutput, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, childOutput, STDERR_FILENO)
    }

    func closeChildEnds() {
        close(childInput)
        close(childOutput)
    }

    func closeOwnEnds() {
        if let ownInput { close(ownInput) }
        if let ownOutput { close(ownOutput) }
    }

    private static func makePipe(_ name: String) throws(SupervisorError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw .spawnFailed(name: name, reason: SystemFailure.text())
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}

/// The files this process has open.
enum OpenFiles {
    /// Marks everything but the three streams as not to be inherited: also what our own caller left open, which a
    /// platform in the background would hold for as long as it runs. (The C library's `closefrom` action, which would
    /// say the same in one line, is hidden from Swift.)
    static func keepFromChildren() {
        guard let directory = opendir("/proc/self/fd") else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = Int32(name), number > STDERR_FILENO { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        }
    }
}

/// Cuts a stream of bytes into lines.
enum LineReader {
    /// Longer lines are handed over in pieces, so that a child cannot fill our memory.
    private static let longestLine = 65_536

    /// Reads until the other end closes; empty lines are left out.
    static func read(_ descriptor: Int32, _ receive: ([UInt8]) -> Void) {
        var chunk = [UInt8](repeating: 0, count: 16_384)
        var line: [UInt8] = []
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            for byte in chunk[..<count] {
                if byte != UInt8(ascii: "\n") {
                    line.append(byte)
                    if line.count < longestLine { continue }
                }
                if !line.isEmpty { receive(line) }
                line.removeAll(keepingCapacity: true)
            }
        }
        if !line.isEmpty { receive(line) }
    }
}
