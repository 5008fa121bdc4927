import FoundationEssentials
import Synchronization

/// All children's lines: raw into one file each, readable onto the terminal once the platform stands.
final class MergedLog: Sendable {
    private struct State {
        var files: [String: RotatingFile] = [:]
        var recent: [String: [String]] = [:]
        var lastMessages: [String: String] = [:]
        var isLive = false
    }

    private static let remembered = 12

    private let state = Mutex(State())
    private let folder: DataFolder
    private let console: Console
    private let palette: Palette
    private let nameWidth: Int
    private let largestFile: Int

    init(
        folder: DataFolder, console: Console, palette: Palette, nameWidth: Int,
        largestFile: Int = RotatingFile.usualLimit
    ) {
        self.largestFile = largestFile
        self.folder = folder
        self.console = console
        self.palette = palette
        self.nameWidth = nameWidth
    }

    /// Takes one line; called on the threads that read the children's output.
    ///
    /// - Parameter plainSeverity: what a line is that is not JSON and so says nothing of it.
    func receive(_ bytes: [UInt8], from child: String, plainSeverity: String = "ERROR") {
        let line = LogLine(bytes, from: child, plainSeverity: plainSeverity, now: Self.now)
        let text = line.rendered(nameWidth: nameWidth, palette: palette)
        state.withLock { state in
            var file = state.files[child] ?? RotatingFile(path: folder.log(of: child), limit: largestFile)
            file.append(line.stored(bytes))
            state.files[child] = file
            var recent = state.recent[child] ?? []
            recent.append(text)
            state.recent[child] = Array(recent.suffix(Self.remembered))
            state.lastMessages[child] = line.message
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

    /// The words of a child's last line, without the `todo: ` that its complaints begin with.
    func lastMessage(of child: String) -> String? {
        let message = state.withLock { $0.lastMessages[child] }
        return message.map { $0.hasPrefix("todo: ") ? String($0.dropFirst("todo: ".count)) : $0 }
    }

    func close() {
        state.withLock { state in
            for var file in state.files.values { file.close() }
            state.files = [:]
            state.isLive = false
        }
    }

    private static var now: String {
        Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
