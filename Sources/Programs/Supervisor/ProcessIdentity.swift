import Glibc

/// A process that can be recognised later: numbers are reused, number and start time together are not.
public struct ProcessIdentity: Codable, Sendable, Hashable {
    /// The process id.
    public let pid: Int32
    /// Clock ticks from boot to the start of the process, from /proc.
    public let startTicks: UInt64

    /// The running process with this id, if there is one.
    public init?(pid: Int32) {
        guard pid > 0, let ticks = Self.startTicks(of: pid) else { return nil }
        self.pid = pid
        self.startTicks = ticks
    }

    /// Whether this very process still runs (one that ended and waits to be collected does not).
    public var isAlive: Bool { Self.startTicks(of: pid) == startTicks }

    func signal(_ number: Int32) throws(SupervisorError) {
        guard isAlive else { return }
        if kill(pid, number) != 0, errno == EPERM { throw .notOurs(pid: pid) }
    }

    private static func startTicks(of pid: Int32) -> UInt64? {
        guard let bytes = ProcFile.read("/proc/\(pid)/stat") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        // The command name is in parentheses and may contain anything, also spaces and parentheses.
        guard let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return UInt64(fields[19])
    }
}

/// Files of /proc have no size: they are read until they end.
enum ProcFile {
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var all: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(descriptor, &bytes, bytes.count)
            guard count > 0 else { break }
            all += bytes.prefix(count)
        }
        return all.isEmpty ? nil : all
    }
}
