import FoundationEssentials
import Glibc

/// Which layout a data folder has, and whether it is a data folder at all. Looks only; changes nothing.
///
/// The number stands in `<data>/layout`. It grows when an older program could not work with the folder any more.
/// - 1: one login for each service (no file then; known by its `secrets.json`).
/// - 2: `tasks` has two logins. A folder of layout 1 becomes one at its next start.
enum DataLayout {
    static let current = 2
    /// The oldest that a start can bring forward.
    static let oldest = 1
    /// A fresh cluster with its log needs about half of it.
    static let neededMegabytes = 128

    private static let known: Set<String> = [
        "platform.json", "secrets.json", "layout", "run", "logs", "postgres", "postgres.new", ".reach",
        "scheduler", "traces",
    ]

    /// Refuses a folder that is somebody else's, cannot be read, or has a layout that this program cannot read.
    static func check(_ folder: DataFolder) throws(SupervisorError) {
        var information = stat()
        guard stat(folder.path, &information) == 0 else {
            // One that does not exist will be made; why it cannot is said then.
            if errno == EACCES {
                throw .dataFolderUnreadable(path: folder.path, reason: SystemFailure.text())
            }
            return
        }
        guard information.st_mode & S_IFMT == S_IFDIR else {
            throw .dataFolderUnreadable(path: folder.path, reason: "it is no folder")
        }
        guard access(folder.path, R_OK | X_OK) == 0,
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        else {
            let reason = access(folder.path, R_OK | X_OK) == 0 ? "Input/output error" : SystemFailure.text()
            throw .dataFolderUnreadable(path: folder.path, reason: reason)
        }
        guard let version = try version(folder, names) else {
            if let stranger = names.first(where: { !isKnown($0) }) {
                throw .dataFolderForeign(path: folder.path, example: stranger)
            }
            return
        }
        guard version <= current else {
            throw .dataLayoutNewer(path: folder.path, found: version, known: current)
        }
        guard version >= oldest else {
            throw .dataLayoutOlder(path: folder.path, found: version, oldest: oldest)
        }
    }

    /// Refuses to begin where there is no room, before anything is half written.
    static func checkRoom(_ path: String) throws(SupervisorError) {
        var information = statvfs()
        guard statvfs(path, &information) == 0 else { return }
        let free = UInt64(information.f_bavail) * UInt64(information.f_frsize) / 1_048_576
        if free < UInt64(neededMegabytes) {
            throw .diskFull(path: path, freeMegabytes: Int(free), neededMegabytes: neededMegabytes)
        }
    }

    /// Says that the folder has the current layout now.
    static func markCurrent(_ folder: DataFolder) throws(SupervisorError) {
        if (try? number(folder)) == current { return }
        try FileAccess.replace(folder.layout, with: Array("\(current)\n".utf8), mode: 0o644)
    }

    /// Nil for a folder in which no platform has been yet.
    private static func version(_ folder: DataFolder, _ names: [String]) throws(SupervisorError) -> Int? {
        if names.contains("layout") { return try number(folder) }
        return names.contains("secrets.json") ? 1 : nil
    }

    private static func number(_ folder: DataFolder) throws(SupervisorError) -> Int {
        guard let bytes = FileAccess.read(folder.layout),
            let number = Int(String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" })
        else { throw .damagedFile(path: folder.layout) }
        return number
    }

    private static func isKnown(_ name: String) -> Bool {
        known.contains(name) || name.hasPrefix(".initdb-")
            || known.contains { name.hasPrefix($0 + ".") }
    }
}
