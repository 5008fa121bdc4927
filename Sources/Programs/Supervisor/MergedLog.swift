import FoundationEssentials
import Glibc
import Synchronization

/// All children's lines: raw into one file each, readable onto the terminal once the platform stands.
final class MergedLog: Sendable {
    private struct State {
        var files: [String: Int32] = [:]
        var recent: [String: [String]] = [:]
        var isLive = false
    }

    /// A file that has grown beyond this is set aside as `.1` at the next start.
    private static let largestFile = 16 * 1024 * 1024
    private static let remembered = 12

    private let state = Mutex(State())
    private let folder: DataFolder
    private let console: Console
    private let palette: Palette
    private let nameWidth: Int

    init(folder: DataFolder, console: Console, palette: Palette, nameWidth: Int) {
        self.folder = folder
        self.console = console
        self.palette = palette
        self.nameWidth = nameWidth
    }

    /// Takes one line; called on the threads that read the children's output.
    func receive(_ bytes: [UInt8], from child: String) {
        let line = LogLine(bytes, from: child, now: Self.now)
        let text = line.rendered(nameWidth: nameWidth, palette: palette)
        state.withLock { state in
            if let file = Self.file(of: child, in: folder, &state) {
                FileAccess.write(line.stored(bytes), to: file)
            }
            var recent = state.recent[child] ?? []
            recent.append(text)
            state.recent[child] = Array(recent.suffix(Self.remembered))
            if state.isLive { console.line(text) }
        }
    }

    /// From now on lines appear on the terminal.
    func goLive() { state.withLock { $0.isLive = true } }

    /// What a child said last; one that writes its own file is quoted from there.
    func recentLines(of child: String) -> [String] {
        let recent = state.withLock { $0.recent[child] ?? [] }
        let own = "\(folder.logs)/\(child).log"
        return recent.isEmpty ? FileAccess.lastLines(of: own, count: Self.remembered) : recent
    }

    func close() {
        state.withLock { state in
            for file in state.files.values { Glibc.close(file) }
            state.files = [:]
            state.isLive = false
        }
    }

    private static var now: String {
        Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    private static func file(of child: String, in folder: DataFolder, _ state: inout State) -> Int32? {
        if let known = state.files[child] { return known }
        let path = folder.log(of: child)
        var information = stat()
        if stat(path, &information) == 0, Int(information.st_size) > largestFile { rename(path, path + ".1") }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { return nil }
        state.files[child] = file
        return file
    }
}
