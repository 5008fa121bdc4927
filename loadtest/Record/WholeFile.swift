import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Files that are read and written as a whole.
enum WholeFile {
    /// The content; nil when there is no such file.
    static func read(_ path: String) throws(LoadFailure) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw .file(path: path, reason: reason())
        }
        defer { close(file) }
        var content: [UInt8] = []
        while true {
            var got = 0
            let piece = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                got = FileDescriptor.read(file, buffer)
                count = max(0, got)
            }
            guard got >= 0 else { throw .file(path: path, reason: reason()) }
            guard got > 0 else { return content }
            content += piece
        }
    }

    /// Replaces the content in one step: readers see the old file or the new one.
    static func write(_ content: [UInt8], to path: String, mode: mode_t = 0o644) throws(LoadFailure) {
        let draft = "\(path).\(getpid())"
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw .file(path: path, reason: reason()) }
        var failure = content.withUnsafeBytes { FileDescriptor.write($0, to: file) } ? nil : reason()
        close(file)
        if failure == nil, rename(draft, path) != 0 { failure = reason() }
        guard let failure else { return }
        unlink(draft)
        throw .file(path: path, reason: failure)
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws(LoadFailure) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .file(path: path, reason: "the folder cannot be made")
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
