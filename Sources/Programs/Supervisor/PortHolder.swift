import FoundationEssentials
import Glibc

/// Words for a port that somebody else holds.
public enum PortConflict {
    /// One line about the first of the ports that another process listens on.
    ///
    /// - Parameter ports: what was wanted, each with the setting that names it.
    public static func explain(_ ports: [(port: Int, setting: String)]) -> String {
        for (port, setting) in ports {
            guard let holder = PortHolder.find(port: port), holder.pid != getpid() else { continue }
            return "port \(port) is in use (\(holder)): stop that process or set another \(setting)"
        }
        let wanted = ports.map { "\($0.port) (\($0.setting))" }.joined(separator: ", ")
        return "a port is in use by a process that cannot be seen, one of \(wanted): choose another"
    }
}

/// The process that listens on a TCP port, as far as this user may know it.
struct PortHolder: Sendable, Equatable, CustomStringConvertible {
    let pid: Int32
    let name: String

    var description: String { "process \(pid), \(name)" }

    /// Nil when nobody listens, or somebody whose open files we may not see.
    static func find(port: Int) -> PortHolder? {
        let sockets = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { listening(on: port, in: $0) }
        guard !sockets.isEmpty else { return nil }
        let files = FileManager.default
        for entry in (try? files.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let pid = Int32(entry) else { continue }
            for file in (try? files.contentsOfDirectory(atPath: "/proc/\(pid)/fd")) ?? [] {
                guard let target = try? files.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\(file)"),
                    sockets.contains(target)
                else { continue }
                return PortHolder(pid: pid, name: command(of: pid))
            }
        }
        return nil
    }

    /// `socket:[inode]` of each listener. A line: number, local address, remote address, state (0A listens), …,
    /// inode in the tenth place.
    private static func listening(on port: Int, in table: String) -> [String] {
        let digits = String(port, radix: 16, uppercase: true)
        let ending = ":" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let text = ProcFile.read(table).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[1].hasSuffix(ending), fields[3] == "0A" else { return nil }
            return "socket:[\(fields[9])]"
        }
    }

    private static func command(of pid: Int32) -> String {
        let name = ProcFile.read("/proc/\(pid)/comm").map { String(decoding: $0, as: UTF8.self) } ?? "?"
        return String(name.prefix { $0 != "\n" })
    }
}
