import FoundationEssentials
import Glibc

/// Files with an exact mode, replaced in one step, so that no reader sees half a file.
enum FileAccess {
    static func replace(_ path: String, with bytes: [UInt8], mode: mode_t) throws(SupervisorError) {
        let draft = "\(path).\(getpid()).new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw unwritable(path) }
        // The process mask may have narrowed the mode, never widened it; say it exactly.
        fchmod(descriptor, mode)
        let isWritten = write(bytes, to: descriptor)
        close(descriptor)
        guard isWritten, rename(draft, path) == 0 else {
            let failure = unwritable(path)
            unlink(draft)
            throw failure
        }
    }

    /// Writes all bytes; false when the other end does not take them.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: start), bytes.count - start)
            }
            if count < 0 {
                if errno == EINTR { continue }
                return false
            }
            start += count
        }
        return true
    }

    static func read(_ path: String) -> [UInt8]? {
        (try? Data(contentsOf: URL(filePath: path))).map { [UInt8]($0) }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// An executable file: a folder may be passed through, which is the same right.
    static func isProgram(_ path: String) -> Bool { isExecutable(path) && !isFolder(path) }

    static func makeFolder(_ path: String, mode: mode_t) throws(SupervisorError) {
        if mkdir(path, mode) == 0 {
            chmod(path, mode)
            return
        }
        if errno == EEXIST {
            guard isFolder(path) else {
                throw .dataFolderUnwritable(path: path, reason: "there is something else of that name")
            }
            return
        }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw unwritable(path)
        }
        try makeFolder(String(path[..<slash]), mode: 0o755)
        // Once more and no further: some file systems have no room for folders and keep saying that none is there.
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw unwritable(path) }
        chmod(path, mode)
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The last lines of a text file, at most `count`, from its last 64 KiB.
    static func lastLines(of path: String, count: Int) -> [String] {
        guard let bytes = read(path) else { return [] }
        let text = String(decoding: bytes.suffix(65_536), as: UTF8.self)
        return text.split(separator: "\n").suffix(count).map(String.init)
    }

    private static func unwritable(_ path: String) -> SupervisorError {
        errno == ENOSPC || errno == EDQUOT
            ? .diskFull(path: path) : .dataFolderUnwritable(path: path, reason: SystemFailure.text())
    }
}
